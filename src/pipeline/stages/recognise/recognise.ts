import type { ModelEntry } from '../../catalogue.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Line, SpeechSpan, Transcript, Word } from '../../media-types.ts';
import type { Device, Engines, Recogniser } from '../../ports.ts';
import { sentence, written } from './punctuate.ts';
import { utterances } from './utterances.ts';
import { soundOf, wordsByUtterance, windowsOf, type Window } from './windows.ts';

const SAMPLE_RATE = 16_000;
/** One voice until speakers are told apart; the name subtitles use for it too. */
const SPEAKER = 'speaker-1';
/** Calls offered to the recogniser at once; the host decides how many it serves side by side. */
const LANES = 4;
/** The language is told from this many of the longest windows: two minutes of speech, where there are as many. */
const WINDOWS_TO_DETECT = 4;

export interface RecogniseCallbacks {
  /** Fraction 0…1. */
  readonly onProgress?: (fraction: number) => void;
  /** The language, once it was found from the sound. */
  readonly onLanguage?: (language: string, confidence: number) => void;
  /** Lines in order of start, each as soon as it and all before it are known. */
  readonly onLine?: (line: Line) => void;
}

export interface Recognised {
  readonly transcript: Transcript;
  /** How sure the language is, 0…1; undefined when it was given, or is the only one. */
  readonly confidence: number | undefined;
  /** Where it began to run and where it ended: they differ when a device was lost. */
  readonly devices: { readonly first: Device; readonly last: Device };
}

/**
 * What is said in each stretch of speech. A line begins and ends where its speech does, however the words
 * were timed. Stretches in which no word is understood give no line.
 * @param speech16k mono, 16 kHz, from the start of the file
 * @param spans stretches of speech in seconds, in order
 * @param source BCP-47, or 'auto'
 */
export async function recognise(
  host: { readonly engines: Pick<Engines, 'recogniser'> },
  model: ModelEntry,
  speech16k: Float32Array,
  spans: readonly SpeechSpan[],
  source: string,
  signal: AbortSignal,
  callbacks: RecogniseCallbacks = {},
): Promise<Recognised> {
  const parts = utterances(speech16k, SAMPLE_RATE, spans);
  const recogniser = await host.engines.recogniser(model, signal);
  try {
    const windows = windowsOf(parts, recogniser.takes.seconds);
    const { language, confidence } = await languageOf(recogniser, model, speech16k, windows, source, signal);
    if (confidence !== undefined) callbacks.onLanguage?.(language, confidence);
    const lines = await hearAll(recogniser, { speech16k, windows, language, signal }, callbacks);
    const { device: last, lost: first = last } = recogniser;
    return { transcript: { language, lines }, confidence, devices: { first, last } };
  } finally {
    await recogniser.close();
  }
}

interface Hearing {
  readonly speech16k: Float32Array;
  readonly windows: readonly Window[];
  readonly language: string;
  readonly signal: AbortSignal;
}

async function hearAll(
  recogniser: Recogniser,
  { speech16k, windows, language, signal }: Hearing,
  { onProgress = () => undefined, onLine = () => undefined }: RecogniseCallbacks,
): Promise<Line[]> {
  const heard: (readonly Word[] | undefined)[] = windows.map(() => undefined);
  const lines: Line[] = [];
  const secondsAll = windows.reduce((sum, { start, end }) => sum + end - start, 0);
  let secondsDone = 0;
  let told = 0;
  let next = 0;

  async function lane(): Promise<void> {
    while (next < windows.length) {
      throwIfAborted(signal);
      const from = next;
      const batch = windows.slice(from, (next += recogniser.takes.windows));
      const sounds = batch.map((window) => soundOf(speech16k, SAMPLE_RATE, windows, window));
      const found = await recogniser.recognise(
        sounds.map(({ samples }) => samples),
        language,
        signal,
      );
      batch.forEach((window, row) => {
        const { offset } = sounds[row] ?? { offset: 0 };
        heard[from + row] = (found[row] ?? []).map((word) => moved(word, offset));
        secondsDone += window.end - window.start;
      });
      onProgress(secondsDone / secondsAll);
      tell();
    }
  }

  function tell(): void {
    for (; told < windows.length && heard[told] !== undefined; told++) {
      const { parts } = windows[told] as Window;
      wordsByUtterance(heard[told] ?? [], parts).forEach((words, index) => {
        const text = recogniser.style === 'bare' ? sentence(words) : written(words);
        if (text === '') return;
        const line = toLine(lines.length + 1, parts[index] as SpeechSpan, words, text);
        lines.push(line);
        onLine(line);
      });
    }
  }

  await Promise.all(Array.from({ length: LANES }, lane));
  return lines;
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

/** The language asked for; 'auto': found in the sound, or the only one that the model understands. */
async function languageOf(
  recogniser: Recogniser,
  model: ModelEntry,
  speech16k: Float32Array,
  windows: readonly Window[],
  source: string,
  signal: AbortSignal,
): Promise<{ language: string; confidence: number | undefined }> {
  if (source !== 'auto') return { language: source, confidence: undefined };
  if (recogniser.detect === undefined || windows.length === 0) {
    return { language: model.languages.source?.[0] ?? 'und', confidence: undefined };
  }
  const longest = [...windows].sort((a, b) => b.end - b.start - (a.end - a.start));
  const sounds = longest
    .slice(0, Math.min(WINDOWS_TO_DETECT, recogniser.takes.windows))
    .map((window) => soundOf(speech16k, SAMPLE_RATE, windows, window).samples);
  return recogniser.detect(sounds, signal);
}
