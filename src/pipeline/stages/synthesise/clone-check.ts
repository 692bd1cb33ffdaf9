import { speechBounds } from '../../audio/onset.ts';
import { resample } from '../../audio/resample.ts';
import type { Pcm, Word } from '../../media-types.ts';
import { leaks } from './leak.ts';
import { longestSeconds } from '../../language/spoken-length.ts';
import { wordErrorRate } from '../../language/word-error-rate.ts';

/** What is wrong with synthesised speech. */
export type SpeechFault = 'silent' | 'loop' | 'tail' | 'words' | 'leak';

/** Recognises synthesised speech: mono 16 kHz to words. */
export type Listen = (speech: Float32Array) => Promise<readonly Word[]>;

const LISTEN_RATE = 16_000;
/** Half of the words: a small recogniser gets a third of them wrong (PocketSphinx: 26–36 % on real speech). */
const MOST_WORD_ERRORS = 0.5;
/** Sound after the last word, in seconds. */
const LONGEST_TAIL = 1.5;

/**
 * Checks what a generative voice has said for faults: nothing at all, endless repetition, a tail after the words, the
 * wrong words, or words from its reference.
 * @param listen absent where no recogniser understands the language: then words are not compared
 * @param reference what is said in the reference, as far as known
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
