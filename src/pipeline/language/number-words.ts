import { tongueOf } from './spoken/tongues/index.ts';
import type { Tongue } from './spoken/tongue.ts';

/** The largest number in counting; anything larger is not a count. */
const MOST = 1000;
/** Number words that just as often mean something else: the Italian "you are", the French "new". */
const OTHER_WORDS = new Set(['sei', 'neuf']);

/**
 * The numbers that a text consists of, or undefined where it says anything else or its language has no table.
 * @param language BCP-47
 *
 * @example
 * numbersIn('Ten, nine, eight!', 'en'); // [10, 9, 8]
 */
export function numbersIn(text: string, language: string): number[] | undefined {
  const tongue = tongueOf(language);
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);
  if (tongue === undefined || words.length === 0) return undefined;
  const values = valuesOf(tongue);
  const found: number[] = [];
  for (let at = 0; at < words.length;) {
    const length = [5, 4, 3, 2, 1].find((count) => values.has(words.slice(at, at + count).join(' ')));
    if (length === undefined) return undefined;
    found.push(values.get(words.slice(at, at + length).join(' ')) ?? 0);
    at += length;
  }
  return words.length === 1 && OTHER_WORDS.has(words[0] ?? '') ? undefined : found;
}

/** A number in words; in figures where the language has no table. @param language BCP-47 */
export function numberIn(n: number, language: string): string {
  return tongueOf(language)?.cardinal(n, 'm') ?? String(n);
}

const GENDERS = ['n', 'f', 'm'] as const;
const known = new WeakMap<Tongue, ReadonlyMap<string, number>>();

function valuesOf(tongue: Tongue): ReadonlyMap<string, number> {
  const values = known.get(tongue) ?? spelledOut(tongue);
  known.set(tongue, values);
  return values;
}

function spelledOut(tongue: Tongue): Map<string, number> {
  const values = new Map<string, number>();
  for (let n = MOST; n >= 0; n--) {
    for (const gender of GENDERS) values.set(tongue.cardinal(n, gender).replaceAll('-', ' '), n);
  }
  return values;
}
