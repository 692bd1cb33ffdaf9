import type { ModelEntry } from '../catalogue.ts';
import { throwIfAborted } from '../errors.ts';
import type { Line, SpeechSpan, Transcript, Word } from '../media-types.ts';
import type { Host, Recogniser } from '../ports.ts';
import { sentence } from './punctuate.ts';
import { utterances } from './utterances.ts';

const SAMPLE_RATE = 16_000;
/** Pause given around an utterance, in seconds: a recogniser wants to hear where speech begins. */
const PADDING = 0.1;
/** One voice until speakers are told apart; the name subtitles use for it too. */
const SPEAKER = 'speaker-1';
/** Calls offered to the recogniser at once; the host decides how many it serves side by side. */
const LANES = 4;

export interface RecogniseCallbacks {
  /** Fraction 0…1. */
  readonly onProgress?: (fraction: number) => void;
  /** Lines in order of start, each as soon as it and all before it are known. */
  readonly onLine?: (line: Line) => void;
}

/**
 * What is said in each stretch of speech. A line begins and ends where its speech does, however the words
 * were timed. Stretches in which no word is understood give no line.
 * @param speech16k mono, 16 kHz, from the start of the file
 * @param spans stretches of speech in seconds, in order
 */
export async function recognise(
  host: Pick<Host, 'engines'>,
  model: ModelEntry,
  speech16k: Float32Array,
  spans: readonly SpeechSpan[],
  signal: AbortSignal,
  { onProgress = () => undefined, onLine = () => undefined }: RecogniseCallbacks = {},
): Promise<Transcript> {
  const parts = utterances(speech16k, SAMPLE_RATE, spans);
  const heard: (readonly Word[] | undefined)[] = parts.map(() => undefined);
  const lines: Line[] = [];
  let told = 0;
  let next = 0;
  let secondsDone = 0;
  const secondsAll = parts.reduce((sum, { start, end }) => sum + end - start, 0);

  async function lane(recogniser: Recogniser): Promise<void> {
    for (let index = next++; index < parts.length; index = next++) {
      throwIfAborted(signal);
      const part = parts[index] as SpeechSpan;
      heard[index] = await recogniser.recognise(withPauses(speech16k, parts, index), signal);
      secondsDone += part.end - part.start;
      onProgress(secondsDone / secondsAll);
      tell();
    }
  }

  function tell(): void {
    for (; told < parts.length && heard[told] !== undefined; told++) {
      const line = toLine(lines.length + 1, parts[told] as SpeechSpan, heard[told] ?? []);
      if (line === undefined) continue;
      lines.push(line);
      onLine(line);
    }
  }

  if (parts.length === 0) return { language: languageOf(model), lines };
  const recogniser = await host.engines.recogniser(model, signal);
  try {
    await Promise.all(Array.from({ length: Math.min(LANES, parts.length) }, () => lane(recogniser)));
  } finally {
    await recogniser.close();
  }
  return { language: languageOf(model), lines };
}

/** The sound of one part with some of the pause around it, as far as that belongs to no other part. */
function withPauses(samples: Float32Array, parts: readonly SpeechSpan[], index: number): Float32Array {
  const { start, end } = parts[index] as SpeechSpan;
  const before = parts[index - 1]?.end ?? 0;
  const after = parts[index + 1]?.start ?? samples.length / SAMPLE_RATE;
  const from = start - Math.min(PADDING, (start - before) / 2);
  const to = end + Math.min(PADDING, (after - end) / 2);
  return samples.subarray(Math.round(from * SAMPLE_RATE), Math.round(to * SAMPLE_RATE));
}

function toLine(number: number, { start, end }: SpeechSpan, words: readonly Word[]): Line | undefined {
  const text = sentence(words);
  if (text === '') return undefined;
  const known = words.map((word) => word.confidence).filter((value) => value !== undefined);
  const confidence = known.reduce((sum, value) => sum + value, 0) / known.length;
  return {
    id: `s${String(number).padStart(4, '0')}`,
    speaker: SPEAKER,
    start,
    end,
    text,
    confidence: known.length > 0 ? confidence : undefined,
  };
}

/** A recogniser of several languages says which it heard with its words; the starter's hears one. */
function languageOf(model: ModelEntry): string {
  return model.languages.source?.[0] ?? 'und';
}
