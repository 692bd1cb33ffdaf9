import type { ModelEntry } from '../../catalogue.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Line, Sound, SpeechSpan, Transcript, Word } from '../../media-types.ts';
import type { Device, Engines, Recogniser } from '../../ports.ts';
import type { Task } from '../../task.ts';
import { sentence, written } from './punctuate.ts';
import { languageOf } from './spoken-language.ts';
import { utterances } from './utterances.ts';
import { heardIn, windowsOf, wordsByUtterance, type Sounds, type Window } from './windows.ts';

/** The one speaker until speakers are told apart; subtitles use the same name. */
const SPEAKER = 'speaker-1';
/** Concurrent calls to the recogniser; the host decides how many it serves in parallel. */
const LANES = 4;
/** Speech this long contains words, in seconds; anything shorter may be a breath or a laugh. */
const HOLDS_WORDS = 1;

export interface RecogniseTask extends Task<{ readonly engines: Pick<Engines, 'recogniser'> }> {
  /** Called with the language, once it was detected from the sound. */
  readonly onLanguage?: (language: string, confidence: number) => void;
  /** Called with lines in order of start, each as soon as it and all before it are known. */
  readonly onLine?: (line: Line) => void;
}

export interface Recognised {
  readonly transcript: Transcript;
  /** Confidence in the language, 0…1; undefined when it was given or is the only one. */
  readonly confidence: number | undefined;
  /** Stretches of speech in which no word was understood, although they are long enough to contain some. */
  readonly silent: readonly SpeechSpan[];
  /** The first and the last device: they differ when a device was lost. */
  readonly devices: { readonly first: Device; readonly last: Device };
}

/**
 * What is said in each stretch of speech. A line begins and ends where its speech does, whatever the words' times.
 * Stretches without an understood word are heard once more, alone, and otherwise give no line.
 * @param speech16k mono, 16 kHz, from the start of the file
 * @param spans stretches of speech in seconds, in order
 * @param source BCP-47, or 'auto'
 */
export async function recognise(
  task: RecogniseTask,
  model: ModelEntry,
  speech16k: Sound,
  spans: readonly SpeechSpan[],
  source: string,
): Promise<Recognised> {
  const { host, signal, onLanguage } = task;
  const parts = await utterances(speech16k, spans);
  const recogniser = await host.engines.recogniser(model, signal);
  try {
    const windows = windowsOf(parts, recogniser.takes.seconds);
    const sounds = { speech16k, windows, signal };
    const { language, confidence } =
      source === 'auto'
        ? await languageOf(recogniser, model, sounds)
        : { language: source, confidence: undefined };
    if (confidence !== undefined) onLanguage?.(language, confidence);
    const { lines, silent } = await hearAll(recogniser, { ...sounds, language }, task);
    const { device: last, lost: first = last } = recogniser;
    return { transcript: { language, lines }, confidence, silent, devices: { first, last } };
  } finally {
    await recogniser.close();
  }
}

interface Hearing extends Sounds {
  readonly language: string;
}

async function hearAll(
  recogniser: Recogniser,
  hearing: Hearing,
  { onProgress = () => undefined, onLine = () => undefined }: RecogniseTask,
): Promise<{ lines: Line[]; silent: SpeechSpan[] }> {
  const { windows, signal } = hearing;
  /** Words of each utterance of each window. */
  const heard: (readonly (readonly Word[])[] | undefined)[] = windows.map(() => undefined);
  const lines: Line[] = [];
  const silent: SpeechSpan[] = [];
  const secondsAll = windows.reduce((sum, { start, end }) => sum + end - start, 0);
  let secondsDone = 0;
  let told = 0;
  let next = 0;

  async function lane(): Promise<void> {
    while (next < windows.length) {
      throwIfAborted(signal);
      const from = next;
      const batch = windows.slice(from, (next += recogniser.takes.windows));
      const found = await heardAgain(
        recogniser,
        hearing,
        batch,
        await hear(recogniser, hearing, windows, batch),
      );
      batch.forEach((window, row) => {
        heard[from + row] = found[row];
        secondsDone += window.end - window.start;
      });
      onProgress(secondsDone / secondsAll);
      tell();
    }
  }

  function tell(): void {
    for (; told < windows.length && heard[told] !== undefined; told++) {
      const { parts } = windows[told] as Window;
      heard[told]?.forEach((words, index) => {
        const part = parts[index] as SpeechSpan;
        const text = recogniser.style === 'bare' ? sentence(words) : written(words);
        if (text === '') {
          if (holdsWords(part)) silent.push(part);
          return;
        }
        const line = toLine(lines.length + 1, part, words, text);
        lines.push(line);
        onLine(line);
      });
    }
  }

  await Promise.all(Array.from({ length: LANES }, lane));
  return { lines, silent };
}

/** The words of some windows by utterance, with times from the start of the file. */
async function hear(
  recogniser: Recogniser,
  { speech16k, language, signal }: Hearing,
  windows: readonly Window[],
  batch: readonly Window[],
): Promise<Word[][][]> {
  const sounds = await Promise.all(batch.map((window) => heardIn(speech16k, windows, window)));
  const found = await recogniser.recognise(
    sounds.map(({ samples }) => samples),
    language,
    signal,
  );
  return batch.map(({ parts }, row) => {
    const { offset } = sounds[row] ?? { offset: 0 };
    const words = (found[row] ?? []).map((word) => moved(word, offset));
    return wordsByUtterance(words, parts);
  });
}

/** Utterances that got no word in a window with others are heard once more, alone. */
async function heardAgain(
  recogniser: Recogniser,
  hearing: Hearing,
  batch: readonly Window[],
  found: Word[][][],
): Promise<Word[][][]> {
  const alone = batch.flatMap(({ parts }) => parts.map((part): Window => ({ ...part, parts: [part] })));
  const missed = batch.flatMap(({ parts }, row) =>
    parts.flatMap((part, index) => {
      const lost = parts.length > 1 && found[row]?.[index]?.length === 0 && holdsWords(part);
      return lost ? [{ row, index, start: part.start }] : [];
    }),
  );
  const { windows } = recogniser.takes;
  for (let from = 0; from < missed.length; from += windows) {
    const some = missed.slice(from, from + windows);
    const again = some.flatMap(({ start }) => alone.find((window) => window.start === start) ?? []);
    const words = await hear(recogniser, hearing, alone, again);
    some.forEach(({ row, index }, at) => {
      const utterances = found[row];
      if (utterances !== undefined) utterances[index] = words[at]?.[0] ?? [];
    });
  }
  return found;
}

function holdsWords({ start, end }: SpeechSpan): boolean {
  return end - start >= HOLDS_WORDS;
}

function moved(word: Word, by: number): Word {
  return { ...word, start: word.start + by, end: word.end + by };
}

function toLine(number: number, { start, end }: SpeechSpan, words: readonly Word[], text: string): Line {
  const known = words.map((word) => word.confidence).filter((value) => value !== undefined);
  const confidence = known.reduce((sum, value) => sum + value, 0) / known.length;
  return {
    id: `s${String(number).padStart(4, '0')}`,
    speaker: SPEAKER,
    start,
    end,
    text,
    confidence: known.length > 0 ? confidence : undefined,
    words,
  };
}
