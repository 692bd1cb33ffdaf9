import type { Voice } from '../../ports.ts';

/**
 * Predicts how long a text takes to speak, before it is spoken. The unit is what a Latin letter takes; how long
 * a voice needs per unit is learnt from what it has already said in this job, in the order of the lines, so the
 * same job always predicts the same.
 */

/** Seconds per unit until a voice that was not measured has spoken: espeak-ng's Spanish at its normal pace (median of 120 sentences, p10–p90 −7…+6 %). */
const FIRST_GUESS = 0.064;
/** A pause within a line at normal pace, in units: after a comma, after a sentence. */
const COMMA = 2.5;
const STOP = 5;
/** What one character takes, in units, by script; syllabic and logographic ones hold whole syllables. */
const SCRIPTS: readonly (readonly [RegExp, number])[] = [
  [/\p{Script=Han}/u, 4],
  [/\p{Script=Hangul}/u, 3.2],
  [/\p{Script=Hiragana}|\p{Script=Katakana}/u, 2.2],
  [/\p{Script=Arabic}|\p{Script=Hebrew}/u, 1.4],
  [/\p{M}/u, 0.4],
  [/\p{L}/u, 1],
  // "7" is "siete": a digit is a word.
  [/\p{N}/u, 5],
];

/** Length of a text in units, pauses included. */
export function spokenUnits(text: string): number {
  let units = 0;
  for (const character of text) units += SCRIPTS.find(([script]) => script.test(character))?.[1] ?? 0;
  const inner = text.trim().replace(/[\p{P}\s]+$/u, '');
  const stops = inner.match(/[.!?…。！？]+(?=\s|\p{Lo})/gu)?.length ?? 0;
  const commas = inner.match(/[,;:—、，；]/gu)?.length ?? 0;
  return units + stops * STOP + commas * COMMA;
}

/** What the voices of one job were heard to need. */
export class LengthModel {
  readonly #heard = new Map<string, number[]>();

  /** Expected seconds of speech at normal pace. */
  predict(voice: Voice, text: string): number {
    return spokenUnits(text) * this.#perUnit(voice);
  }

  /** @param seconds speech without silence at the ends, at pace 1 */
  learn(voice: Voice, text: string, seconds: number): void {
    const units = spokenUnits(text);
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
