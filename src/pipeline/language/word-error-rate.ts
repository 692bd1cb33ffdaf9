import { UNSPACED } from './scripts.ts';

/** A character of a script without spaces, or of Korean, where spacing varies; otherwise a word. */
const CHARACTER = new RegExp(`(?:${UNSPACED.source}|\\p{Script=Hangul})`, 'u');
const UNIT = new RegExp(`${CHARACTER.source}|(?:(?!${CHARACTER.source})[\\p{L}\\p{M}\\p{N}'])+`, 'gu');

/**
 * Edits of words (insert, delete, replace) from `heard` to `said`, per word said; of characters in scripts without
 * spaces between words. Case and punctuation are ignored.
 */
export function wordErrorRate(said: string, heard: string): number {
  const reference = unitsOf(said);
  const hypothesis = unitsOf(heard);
  let row = Array.from({ length: hypothesis.length + 1 }, (_, index) => index);
  for (const [index, word] of reference.entries()) {
    const next = [index + 1];
    for (const [other, guess] of hypothesis.entries()) {
      const replace = row[other]! + (word === guess ? 0 : 1);
      next.push(Math.min(replace, row[other + 1]! + 1, next[other]! + 1));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / reference.length;
}

/** Whether a unit is one character, and not a word. */
export function isCharacter(unit: string): boolean {
  return CHARACTER.test(unit);
}

/** The units a text is compared by. */
export function unitsOf(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/’/g, "'")
    .replace(/\bmr\b/g, 'mister');
  return plain.match(UNIT) ?? [];
}
