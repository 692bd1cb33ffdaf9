import type { ModelEntry } from '../../catalogue.ts';
import { OctaviaError, throwIfAborted, toOctaviaError } from '../../errors.ts';
import type { LanguageTokens } from '../../families/family.ts';
import { familyOf } from '../../families/index.ts';
import type { ModelHost } from '../../graph/config.ts';
import { openSeq2Seq } from '../../graph/seq2seq.ts';
import type { Seq2Seq } from '../../graph/seq2seq.ts';
import type { Vocabulary } from '../../graph/vocabulary.ts';
import type { Line, NoteCode, TranslatedLine, Transcript } from '../../media-types.ts';
import type { Device } from '../../ports.ts';
import type { Task } from '../../task.ts';
import { wordSentences } from './attempts.ts';
import type { Sentence } from './attempts.ts';
import { finish, type SourceStyle } from './finish.ts';
import { partsOf, type Part } from './parts.ts';
import { dealt, passagesOf, type Passage } from './passages.ts';
import { findTerms } from './terms.ts';
import { tidy } from './tidy.ts';
import type { TidyText } from './tidy.ts';
import { typeset } from './typeset.ts';
import { lineCandidates } from './wording.ts';
import type { Wording } from './wording.ts';

export interface TranslateRequest {
  /** BCP-47. */
  readonly source: string;
  readonly target: string;
  /** Source term → target term. */
  readonly glossary?: Readonly<Record<string, string>>;
  readonly doNotTranslate?: readonly string[];
  /** Seconds available to say a line; candidates that fit come first. */
  readonly secondsFor?: (line: Line) => number;
}

export interface TranslateTask extends Task<ModelHost> {
  /** Called with lines as they are done, in any order. */
  readonly onLine?: (line: TranslatedLine) => void;
}

interface PassageWork {
  readonly passage: Passage;
  readonly tidied: TidyText;
  readonly parts: readonly Part[];
  /** Their indexes among all sentences. */
  readonly sentences: readonly number[];
}

/**
 * Translates every line. A line with text never becomes empty: if the model fails on it, it keeps its source text, with
 * a note.
 * Errors: `model.missing|damaged|failed`, `job.cancelled`.
 *
 * @example const { lines } = await translate({ host, signal }, model, transcript, { source: 'en', target: 'es' });
 * lines[0].candidates[0]; // '¿Dónde has estado?'
 */
export async function translate(
  task: TranslateTask,
  model: ModelEntry,
  transcript: Transcript,
  want: TranslateRequest,
): Promise<{ lines: TranslatedLine[]; device: Device }> {
  const { host, signal } = task;
  throwIfAborted(signal);
  const running = await openSeq2Seq(host, model, signal);
  try {
    const lines = await translateLines(running, model, transcript.lines, want, task);
    return { lines, device: running.device };
  } catch (error) {
    throw toOctaviaError(error, signal);
  } finally {
    await running.close();
  }
}

/** Sentences cut at a pause are translated whole and then divided among their lines again. */
async function translateLines(
  running: Seq2Seq,
  model: ModelEntry,
  lines: readonly Line[],
  want: TranslateRequest,
  { signal, onProgress, onLine }: TranslateTask,
): Promise<TranslatedLine[]> {
  // Without punctuation, a cut sentence cannot be told from a whole one.
  const bare = isBare(lines);
  const passages = bare
    ? lines.map((line) => ({ whole: line, lines: [line] }))
    : passagesOf(lines, want.source);
  const rules = { ...want, knows: (word: string) => running.vocabulary.knows(word) };
  const sentences: Sentence[] = [];
  const works = passages.map((passage): PassageWork => {
    const tidied = tidy(passage.whole.text, want.source);
    const parts = partsOf(tidied.text, want.source, want.target, model.mostWords);
    const first = sentences.length;
    sentences.push(...parts.map((part) => ({ ...part, terms: findTerms(part.text, rules) })));
    return { passage, tidied, parts, sentences: parts.map((_, index) => first + index) };
  });
  const style = { bare, target: want.target };
  const wordings = new Map<number, readonly Wording[]>();
  const finished = new Map<PassageWork, readonly TranslatedLine[]>();
  const lineOf = works.flatMap((work) => work.sentences.map(() => work));
  const finishIfDone = (work: PassageWork): void => {
    if (finished.has(work) || !work.sentences.every((index) => wordings.has(index))) return;
    const parts = dealt(finishPassage(work, sentences, wordings, want), work.passage);
    finished.set(work, parts);
    parts.forEach((line) => onLine?.(line));
  };
  onProgress?.(0);
  works.forEach(finishIfDone);
  await wordSentences(
    {
      model: running,
      style,
      languages: languageTokens(model, running.vocabulary, want),
      signal,
      onDone(index, found) {
        const work = lineOf[index];
        const part = work?.parts[index - (work.sentences[0] ?? 0)];
        wordings.set(index, part?.again === undefined ? found : refrain(part.again, found, style));
        if (work !== undefined) finishIfDone(work);
        onProgress?.(wordings.size / sentences.length);
      },
    },
    sentences,
  );
  onProgress?.(1);
  return works.flatMap((work) => finished.get(work) ?? []);
}

/** Each wording as often as it is said. */
function refrain(
  { source, of }: NonNullable<Part['again']>,
  found: readonly Wording[],
  style: SourceStyle,
): Wording[] {
  return found.map((wording) => ({ ...wording, text: finish(of(wording.text), source, style) }));
}

/** @throws OctaviaError `language.pair_unavailable` when the model does not know both languages */
function languageTokens(model: ModelEntry, vocabulary: Vocabulary, want: TranslateRequest): LanguageTokens {
  const tokens = familyOf(model, 'translate').languageTokens(model, vocabulary, want);
  if (tokens !== undefined) return tokens;
  throw new OctaviaError('language.pair_unavailable', `${model.title}: ${want.source} to ${want.target}.`);
}

/** The recognised speech has neither punctuation nor capitals. */
function isBare(lines: readonly Line[]): boolean {
  return lines.every((line) => !/[.!?,;:。！？，]|\p{Lu}(?!['’\s]|$)/u.test(line.text));
}

function finishPassage(
  { passage: { whole, lines }, tidied, parts: said, sentences: indexes }: PassageWork,
  sentences: readonly Sentence[],
  wordings: ReadonlyMap<number, readonly Wording[]>,
  { target, secondsFor }: TranslateRequest,
): TranslatedLine {
  if (indexes.length === 0) return { id: whole.id, candidates: [whole.text], notes: [] };
  const cut = tidied.cutRepeats || said.some((part) => part.cut);
  const notes = new Set<NoteCode>(cut ? ['translate.repetition'] : []);
  const parts = indexes.map((index): readonly Wording[] => {
    const source = sentences[index]?.text ?? '';
    const found = wordings.get(index) ?? [];
    if (found.length === 0) {
      notes.add('translate.untranslated');
      return [{ text: source, score: -Infinity, notes: [] }];
    }
    if (isCopy(found[0]?.text ?? '', source, sentences[index])) notes.add('translate.untranslated');
    for (const note of found[0]?.notes ?? []) notes.add(note);
    return found;
  });
  const exact = indexes.flatMap((index) => sentences[index]?.terms.map((term) => term.target) ?? []);
  const seconds = secondsFor && lines.reduce((sum, line) => sum + secondsFor(line), 0);
  const candidates = lineCandidates(parts, seconds).map((text) =>
    [tidied.before + typeset(text, target, exact) + tidied.after, tidied.emoji].filter(Boolean).join(' '),
  );
  return { id: whole.id, candidates, notes: [...notes] };
}

/** It came out unchanged, with three or more words besides its terms, or with letters the model cannot read. */
function isCopy(text: string, source: string, sentence: Sentence | undefined): boolean {
  const words = (of: string): string =>
    of
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(' ') ?? '';
  const terms = sentence?.terms ?? [];
  const free = words(source).split(' ').length - terms.length;
  const foreign = terms.some((term) => term.kind === 'opaque' && !/[./@]/.test(term.target));
  return (free >= 3 || (free <= 0 && foreign)) && words(text) === words(source);
}
