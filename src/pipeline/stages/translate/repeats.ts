/** A pattern of up to four words is looked for. */
const LONGEST_PATTERN = 4;

/** The parts of a text that says one thing over and over. */
export interface Refrain {
  /** What is said once, with the mark at its end. */
  readonly unit: string;
  /** As often as in the source, with the marks between them. */
  readonly again: (wording: string) => string;
}

/** "No, no, no!" is "No!" three times: models lose count. Undefined where anything else is said. */
export function refrainOf(sentence: string): Refrain | undefined {
  const words = sentence.split(/\s+/);
  const [period, repeats] = longestRun(keysOf(words), 0, 1);
  if (repeats < 2 || period * repeats !== words.length) return undefined;
  const ends = Array.from({ length: repeats }, (_, turn) => markAfter(words[(turn + 1) * period - 1] ?? ''));
  const once = bare(words.slice(0, period).join(' '));
  return {
    unit: once + (ends.at(-1) ?? ''),
    again(wording) {
      const first = bare(wording.replace(/^[¿¡]+/, ''));
      const next = isWord(first) ? first.charAt(0).toLowerCase() + first.slice(1) : first;
      return ends.map((end, turn) => (turn === 0 ? first : next) + end).join(' ');
    },
  };
}

/**
 * Words in which a pattern that is said too often in a row is kept a few times; the last time stays, with the mark
 * behind it.
 * @param most times that a pattern is kept
 */
export function withoutRepeats(words: readonly string[], most: number): string[] {
  const keys = keysOf(words);
  const kept: string[] = [];
  let at = 0;
  while (at < words.length) {
    const [period, repeats] = longestRun(keys, at, most);
    const end = at + period * repeats;
    kept.push(...words.slice(at, at + period * (Math.min(repeats, most) - 1)));
    kept.push(...words.slice(end - period, end));
    at = end;
  }
  return kept;
}

function keysOf(words: readonly string[]): string[] {
  return words.map((word) => word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '') || word);
}

/** The pattern that starts here and covers most words by repeating; [1, 1] when none repeats more than `most` times. */
function longestRun(keys: readonly string[], at: number, most: number): [period: number, repeats: number] {
  let best: [number, number] = [1, 1];
  for (let period = 1; period <= LONGEST_PATTERN; period++) {
    let same = 0;
    while (at + period + same < keys.length && keys[at + same] === keys[at + same + period]) same++;
    const repeats = 1 + Math.floor(same / period);
    if (repeats > most && period * repeats > best[0] * best[1]) best = [period, repeats];
  }
  return best;
}

function markAfter(word: string): string {
  return /[^\p{L}\p{M}\p{N}]*$/u.exec(word)?.[0] ?? '';
}

function bare(text: string): string {
  return text.slice(0, text.length - markAfter(text).length);
}

/** Neither an abbreviation nor the English I. */
function isWord(text: string): boolean {
  return /^\p{Lu}\p{Ll}/u.test(text);
}
