import { spokenForm } from '../../language/spoken/index.ts';
import { spokenUnits } from '../../language/spoken-length.ts';
import type { Voice } from '../../ports.ts';

/**
 * Seconds per unit for an unmeasured voice, until it has spoken: espeak-ng's Spanish at its normal pace (median of 120
 * sentences, p10–p90 −7…+6 %).
 */
const FIRST_GUESS = 0.064;
/**
 * Predicts how long a text takes to speak, before it is spoken. The seconds per unit are learned from what the voice
 * has already said in this job, in the order of the lines, so the same job always predicts the same.
 */
export class LengthModel {
  readonly #heard = new Map<string, number[]>();

  /** Expected seconds of speech at normal pace. */
  predict(voice: Voice, text: string): number {
    return unitsOf(voice, text) * this.#perUnit(voice);
  }

  /** @param seconds speech without silence at the ends, at pace 1 */
  learn(voice: Voice, text: string, seconds: number): void {
    const units = unitsOf(voice, text);
    // Too short to tell: one word's length varies with its stress.
    if (units < 8) return;
    const known = this.#heard.get(voice.id) ?? [];
    known.push(seconds / units);
    this.#heard.set(voice.id, known);
  }

  #perUnit(voice: Voice): number {
    const known = (this.#heard.get(voice.id) ?? []).toSorted((a, b) => a - b);
    return known[Math.floor(known.length / 2)] ?? voice.secondsPerLetter ?? FIRST_GUESS;
  }
}

/** "$20" is as long as it is when spoken. */
function unitsOf({ language }: Voice, text: string): number {
  return spokenUnits(spokenForm(text, language));
}
