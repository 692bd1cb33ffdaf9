import { resample } from '../../audio/resample.ts';
import { wordErrorRate } from '../../language/word-error-rate.ts';
import type { Word } from '../../media-types.ts';

/** The second hearing is this much slower: words that were said are found again, made-up ones are not. */
const SLOWER = 1.03;
/** With fewer words the result means nothing. */
const LEAST_WORDS = 12;
/** English words have more letters on average (4–5.3); those that other speech is heard as have fewer (3–4.4). */
const USUAL_LETTERS = 4;
const PER_LETTER = 0.3;

/** Below this it is another language. Measured with PocketSphinx: English 0.85–1.3; de, es, fr, it 0.3–0.5. */
export const LIKE_ENGLISH = 0.65;

/**
 * How much speech sounds like English to a recogniser that knows nothing else, about 0…1.3; undefined where there are
 * too few words to tell. It hears the sound twice, and both texts are compared.
 * @param windows mono sound at `sampleRate` Hz
 */
export async function englishLikeness(
  hear: (windows: readonly Float32Array[]) => Promise<readonly (readonly Word[])[]>,
  windows: readonly Float32Array[],
  sampleRate: number,
): Promise<number | undefined> {
  const words = (await hear(windows)).flat();
  if (words.length < LEAST_WORDS) return undefined;
  const slower = windows.map((samples) => resample(samples, sampleRate, Math.round(sampleRate * SLOWER)));
  const again = (await hear(slower)).flat();
  const letters = textOf(words).replaceAll(' ', '').length / words.length;
  return 1 - wordErrorRate(textOf(words), textOf(again)) + PER_LETTER * (letters - USUAL_LETTERS);
}

function textOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}
