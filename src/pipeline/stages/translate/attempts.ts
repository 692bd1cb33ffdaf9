import type { LanguageTokens } from '../../families/family.ts';
import type { Hypothesis } from '../../graph/beam.ts';
import type { Seq2Seq } from '../../graph/seq2seq.ts';
import { finish } from './finish.ts';
import type { SourceStyle } from './finish.ts';
import { exactTerms, holds, replaceTerms, strayNumbers } from './terms.ts';
import type { Term } from './terms.ts';
import { notesOf, ranked } from './wording.ts';
import type { Wording } from './wording.ts';

/** A sentence to translate, and the terms to preserve. */
export interface Sentence {
  readonly text: string;
  readonly terms: readonly Term[];
  /** Its translation, where no model is needed. */
  readonly known?: string | undefined;
  /** Whether something precedes it in the same sentence. */
  readonly goesOn?: boolean;
}

export interface Attempt {
  readonly model: Seq2Seq;
  readonly style: SourceStyle;
  readonly languages: LanguageTokens;
  readonly signal: AbortSignal;
  /** Called once per sentence, with its wordings. */
  readonly onDone: (index: number, wordings: readonly Wording[]) => void;
}

/** Open beams per sentence, whatever the model's own setting: a line's candidates come from them. */
const BEAMS = 4;
/** The second and third attempts need one good wording, not a choice. */
const RETRY_BEAMS = 2;
const PIECE_BEAMS = 1;
/** The penalty for an invented number, as log-probability per token: any sensible wording beats it. */
const STRAY_NUMBER = 0.5;
/** Stand-ins for terms the model need not understand: names that models copy. */
const STAND_INS: readonly ((index: number) => string)[] = [
  (index) => `X${index + 1}`,
  (index) => `${index + 4}${index + 1}${index + 7}`,
];

/**
 * Gives the wordings of each sentence, best first, as they are found; none if the model has no output.
 *
 * A known sentence is not translated again. Any other is first translated as it is. If no wording contains all its
 * terms, it is tried with the required words written into the source, then with stand-ins for them. Finally the pieces
 * between the terms are translated separately, so that no term is ever lost.
 */
export async function wordSentences(attempt: Attempt, sentences: readonly Sentence[]): Promise<void> {
  const results: Wording[][] = sentences.map(() => []);
  const readable: number[] = [];
  const lacking = new Set<number>();
  sentences.forEach((sentence, index) => {
    if (sentence.known !== undefined)
      attempt.onDone(index, [{ text: inStyle(attempt, sentence.known, sentence), score: 0, notes: [] }]);
    else if (isReadable(sentence)) readable.push(index);
    else lacking.add(index);
  });
  const texts = readable.map((index) => sentences[index]?.text ?? '');
  await generate(attempt, BEAMS, texts, (at, hypotheses) => {
    const index = readable[at] ?? 0;
    const sentence = sentences[index];
    if (sentence === undefined) return;
    const wordings = hypotheses.map((one) => worded(attempt, sentence, one, (text) => text));
    results[index] = ranked(wordings.filter((one) => keeps(one, sentence)));
    if (results[index].length > 0 || sentence.terms.length === 0) attempt.onDone(index, results[index]);
    else lacking.add(index);
  });
  await insist(attempt, sentences, [...lacking], results);
}

function isReadable(sentence: Sentence): boolean {
  return sentence.terms.every((term) => term.kind !== 'opaque');
}

function inStyle({ style }: Attempt, text: string, sentence: Sentence): string {
  // The English "I" is a capital anywhere.
  const source = sentence.goesOn === true ? sentence.text.replace(/^I\b/, 'i') : sentence.text;
  return exactTerms(finish(text, source, style), sentence.terms);
}

function keeps(wording: Wording, sentence: Sentence): boolean {
  return /[\p{L}\p{N}]/u.test(wording.text) && sentence.terms.every((term) => holds(wording.text, term));
}

function worded(
  attempt: Attempt,
  sentence: Sentence,
  hypothesis: Hypothesis,
  restore: (text: string) => string,
): Wording {
  const restored = restore(attempt.model.vocabulary.decode(hypothesis.tokens));
  const text = inStyle(attempt, restored, sentence);
  const invented = strayNumbers(
    text,
    [...sentence.terms.map((term) => term.target), sentence.text].join(' '),
  );
  return {
    text,
    score: hypothesis.logProb / (hypothesis.tokens.length + 1) - invented * STRAY_NUMBER,
    notes: notesOf(hypothesis),
  };
}

/** Second and third attempts, for sentences whose terms were lost or cannot be read. */
async function insist(
  attempt: Attempt,
  sentences: readonly Sentence[],
  lacking: readonly number[],
  results: Wording[][],
): Promise<void> {
  const tries = lacking.flatMap((index) => {
    const sentence = sentences[index] ?? { text: '', terms: [] };
    return disguises(sentence).map((disguise) => ({ index, sentence, ...disguise }));
  });
  await generate(
    attempt,
    RETRY_BEAMS,
    tries.map((one) => one.text),
    (at, hypotheses) => {
      const one = tries[at];
      if (one === undefined) return;
      const wordings = hypotheses.map((each) => worded(attempt, one.sentence, each, one.restore));
      // Earlier attempts read more naturally, whatever the model's scores say.
      const sound = wordings.filter((each) => each.notes.length === 0 && keeps(each, one.sentence));
      if (results[one.index]?.length === 0) results[one.index] = ranked(sound);
    },
  );
  const lost = lacking.filter((index) => results[index]?.length === 0);
  await inPieces(attempt, sentences, lost, results);
  for (const index of lacking) attempt.onDone(index, results[index] ?? []);
}

interface Disguise {
  readonly text: string;
  readonly restore: (translation: string) => string;
}

function disguises({ text, terms }: Sentence): Disguise[] {
  const switched = { text: replaceTerms(text, terms, (term) => term.target), restore: (out: string) => out };
  const standIns = STAND_INS.map((standIn) => ({
    text: replaceTerms(text, terms, (_, index) => standIn(index)),
    restore: (out: string) =>
      terms.reduceRight(
        (whole, term, index) => whole.replace(wholeWord(standIn(index)), () => term.target),
        out,
      ),
  }));
  const useful =
    terms.some((term) => term.kind === 'glossary') && terms.every((term) => term.kind !== 'opaque');
  return useful ? [switched, ...standIns] : standIns;
}

function wholeWord(standIn: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${standIn}(?![\\p{L}\\p{N}])`, 'iu');
}

/** Translates the pieces between the terms and puts the terms back. */
async function inPieces(
  attempt: Attempt,
  sentences: readonly Sentence[],
  lost: readonly number[],
  results: Wording[][],
): Promise<void> {
  const pieces = lost.flatMap((index) => piecesOf(sentences[index], index));
  const spoken = pieces.filter((piece) => piece.speaks);
  await generate(
    attempt,
    PIECE_BEAMS,
    spoken.map((piece) => piece.text.trim()),
    (at, hypotheses) => {
      const piece = spoken[at];
      const best = hypotheses[0];
      if (piece === undefined || best === undefined) return;
      const text = attempt.model.vocabulary.decode(best.tokens);
      const style = { ...attempt.style, bare: false };
      const finished = finish(text, piece.text.trim(), style);
      piece.text = /\p{L}/u.test(finished) ? ` ${finished} ` : piece.text;
    },
  );
  for (const index of lost) {
    const sentence = sentences[index] ?? { text: '', terms: [] };
    const joined = pieces
      .filter((piece) => piece.index === index)
      .map((piece) => piece.text)
      .join('');
    const text = inStyle(attempt, joined, sentence);
    results[index] = [{ text, score: -1, notes: [] }];
  }
}

interface Piece {
  readonly index: number;
  text: string;
  readonly speaks: boolean;
}

function piecesOf(sentence: Sentence | undefined, index: number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  const add = (text: string, speaks: boolean): void => {
    if (text !== '') pieces.push({ index, text, speaks: speaks && /\p{L}/u.test(text) });
  };
  for (const term of sentence?.terms ?? []) {
    add(sentence?.text.slice(from, term.start) ?? '', true);
    add(term.target, false);
    from = term.end;
  }
  add(sentence?.text.slice(from) ?? '', true);
  return pieces;
}

/** Runs the model on texts, once for each distinct text. */
async function generate(
  { model, languages, signal }: Attempt,
  beams: number,
  texts: readonly string[],
  done: (index: number, hypotheses: readonly Hypothesis[]) => void,
): Promise<void> {
  const places = new Map<string, number[]>();
  texts.forEach((text, index) => places.set(text, [...(places.get(text) ?? []), index]));
  const distinct = [...places];
  const sources = distinct.map(([text]) => [...languages.source, ...model.vocabulary.encode(text)]);
  await model.generate(
    sources,
    {
      beams,
      forced: languages.forced,
      onSentence: (at, { hypotheses }) => {
        for (const index of distinct[at]?.[1] ?? []) done(index, hypotheses);
      },
    },
    signal,
  );
}
