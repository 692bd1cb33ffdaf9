import { UNSPACED, unspacedBetween } from '../language/scripts.ts';

/** Columns of a line: the common broadcast guideline for Latin script (Netflix, BBC: 37–42). */
const LINE_COLUMNS = 42;
/** Chinese, Japanese and Korean characters are wide; the same guideline gives them 16 in a line. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/u;
const WIDE_COLUMNS = LINE_COLUMNS / 16;
/** What takes no place of its own: vowel signs of Thai, accents. */
const NO_COLUMN = /\p{Mn}/u;

/** Where a line may break: at any space but those that French has before its marks. */
const SPACES = /[^\S\u00a0\u202f]+/;
/** No line of Chinese or Japanese begins with these or ends with those. */
const NEVER_FIRST = /^[\p{Pe}\p{Pf}\p{Po}ー々ゝゞヽヾぁぃぅぇぉっゃゅょァィゥェォッャュョ～…—]/u;
const NEVER_LAST = /[\p{Ps}\p{Pi}]$/u;

/** What stays together on a line. */
interface Piece {
  readonly text: string;
  readonly spaced: boolean;
}

/**
 * Lines of about equal length, as few as the guideline allows; a longer word stands alone. Scripts without spaces
 * break between words, and not before their closing marks.
 */
export function wrap(text: string): string[] {
  const pieces = text.split(SPACES).filter(Boolean).flatMap(piecesOf);
  const length = columns(joined(pieces));
  const wanted = Math.ceil(length / LINE_COLUMNS);
  for (let width = Math.ceil(length / Math.max(1, wanted)); width < LINE_COLUMNS; width++) {
    const lines = fill(pieces, width);
    if (lines.length <= wanted) return lines;
  }
  return fill(pieces, LINE_COLUMNS);
}

/** How wide a text is, in columns of Latin letters. */
export function columns(text: string): number {
  let sum = 0;
  for (const character of text) {
    if (WIDE.test(character)) sum += WIDE_COLUMNS;
    else if (!NO_COLUMN.test(character)) sum++;
  }
  return sum;
}

/** A word between spaces; where its script has none, the words in it. */
function piecesOf(word: string): Piece[] {
  if (!UNSPACED.test(word)) return [{ text: word, spaced: true }];
  const pieces: string[] = [];
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(word)) {
    const last = pieces.at(-1);
    if (last !== undefined && !mayBreak(last, segment)) pieces[pieces.length - 1] = last + segment;
    else pieces.push(segment);
  }
  return pieces.map((text, index) => ({ text, spaced: index === 0 }));
}

/** Whether a line may end between these. What is read again puts no space here. */
function mayBreak(before: string, after: string): boolean {
  return !NEVER_LAST.test(before) && !NEVER_FIRST.test(after) && unspacedBetween(before, after);
}

function fill(pieces: readonly Piece[], width: number): string[] {
  const lines: Piece[][] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && columns(joined([...last, piece])) <= width) last.push(piece);
    else lines.push([piece]);
  }
  return lines.map(joined);
}

function joined(pieces: readonly Piece[]): string {
  return pieces.map(({ text, spaced }, index) => (spaced && index > 0 ? ` ${text}` : text)).join('');
}
