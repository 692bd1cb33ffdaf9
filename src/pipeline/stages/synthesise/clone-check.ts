import { speechBounds } from '../../audio/onset.ts';
import { resample } from '../../audio/resample.ts';
import type { Pcm, Word } from '../../media-types.ts';
import { leaks } from './leak.ts';
import { longestSeconds } from '../../language/spoken-length.ts';
import { wordErrorRate } from '../../language/word-error-rate.ts';

/** What is wrong with synthesised speech. */
export type SpeechFault = 'silent' | 'loop' | 'tail' | 'words' | 'leak';

/** Hears synthesised speech again: mono 16 kHz to words. */
export type Listen = (speech: Float32Array) => Promise<readonly Word[]>;

const LISTEN_RATE = 16_000;
/** Half of the words: a small recogniser errs in a third of them (PocketSphinx: 26–36 % on real speech). */
const MOST_WORD_ERRORS = 0.5;
/** Sound that goes on after the last word, in seconds. */
const LONGEST_TAIL = 1.5;

/**
 * Listens to what a generative voice has said: nothing at all, the same over and over, a tail after the words,
 * other words than it was given, or a few of its reference's besides.
 * @param listen absent where no recogniser understands the language: words are not compared then
 * @param reference what is said in the reference, as far as that is known
 */
export async function faultIn(
  text: string,
  { channels, sampleRate }: Pcm,
  listen: Listen | undefined,
  reference = '',
): Promise<SpeechFault | undefined> {
  const samples = channels[0] ?? new Float32Array(0);
  const bounds = speechBounds(samples, sampleRate);
  if (bounds === undefined) return 'silent';
  if (bounds.end - bounds.start > longestSeconds(text)) return 'loop';
  if (listen === undefined) return undefined;
  const words = await listen(resample(samples, sampleRate, LISTEN_RATE));
  const last = words.at(-1);
  const heard = words.map((word) => word.text).join(' ');
  if (wordErrorRate(text, heard) > MOST_WORD_ERRORS) return 'words';
  if (leaks(text, heard, reference)) return 'leak';
  return last !== undefined && bounds.end - last.end > LONGEST_TAIL ? 'tail' : undefined;
}
