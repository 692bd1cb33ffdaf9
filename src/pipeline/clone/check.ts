import { speechBounds } from '../audio/onset.ts';
import { resample } from '../audio/resample.ts';
import type { Pcm, Word } from '../media-types.ts';
import { wordErrorRate } from './word-error-rate.ts';

/** What is wrong with synthesised speech. */
export type SpeechFault = 'silent' | 'loop' | 'tail' | 'words';

/** Hears synthesised speech again: mono 16 kHz to words. */
export type Listen = (speech: Float32Array) => Promise<readonly Word[]>;

const LISTEN_RATE = 16_000;
/** Nobody says fewer letters a second than this for long (slow speech has about 10); what takes longer repeats. */
const SLOWEST_LETTERS = 5;
const SLACK_SECONDS = 1.5;
/** Half of the words: a small recogniser errs in a third of them (PocketSphinx: 26–36 % on real speech). */
const MOST_WORD_ERRORS = 0.5;
/** Sound that goes on after the last word, in seconds. */
const LONGEST_TAIL = 1.5;

/**
 * Listens to what a generative voice has said: nothing at all, the same over and over, a tail after the words,
 * or other words than it was given (a leak of its reference among them).
 * @param listen absent where no recogniser understands the language: words are not compared then
 */
export async function faultIn(
  text: string,
  { channels, sampleRate }: Pcm,
  listen: Listen | undefined,
): Promise<SpeechFault | undefined> {
  const samples = channels[0] ?? new Float32Array(0);
  const bounds = speechBounds(samples, sampleRate);
  if (bounds === undefined) return 'silent';
  const letters = text.replace(/[^\p{L}\p{N}]/gu, '').length;
  if (bounds.end - bounds.start > SLACK_SECONDS + letters / SLOWEST_LETTERS) return 'loop';
  if (listen === undefined) return undefined;
  const words = await listen(resample(samples, sampleRate, LISTEN_RATE));
  const last = words.at(-1);
  if (wordErrorRate(text, words.map((word) => word.text).join(' ')) > MOST_WORD_ERRORS) return 'words';
  return last !== undefined && bounds.end - last.end > LONGEST_TAIL ? 'tail' : undefined;
}
