import { UNSPACED } from '../../language/scripts.ts';
import type { Line, TranslatedLine } from '../../media-types.ts';

/** Lines that are one to the translator: a sentence that was cut at a pause says little in pieces. */
export interface Passage {
  /** All of it, under the first line's id. */
  readonly whole: Line;
  readonly lines: readonly Line[];
}

/** A longer pause ends what was being said, in seconds. */
const LONGEST_PAUSE = 1.5;
/** No sentence is that long; a recogniser that sets no marks is. In seconds. */
const LONGEST = 20;
/** A line has fewer words only if it can stand alone. */
const LEAST_WORDS = 2;

/** @param lines in order of start */
export function passagesOf(lines: readonly Line[]): Passage[] {
  const passages: Passage[] = [];
  for (const line of lines) {
    const last = passages.at(-1);
    if (last === undefined || !goesOn(last, line)) passages.push({ whole: line, lines: [line] });
    else {
      const whole = { ...last.whole, end: line.end, text: `${last.whole.text} ${line.text}` };
      passages[passages.length - 1] = { whole, lines: [...last.lines, line] };
    }
  }
  return passages;
}

function goesOn({ whole, lines }: Passage, next: Line): boolean {
  const pause = next.start - whole.end;
  const near = next.speaker === whole.speaker && pause >= 0 && pause <= LONGEST_PAUSE;
  const text = lines.at(-1)?.text ?? '';
  const cut = /[\p{L}\p{N},]$/u.test(text.trim()) && /^(?:\p{Ll}|\p{N}|I\b)/u.test(next.text.trim());
  const whatLong = [text, next.text].every((each) => each.trim().split(/\s+/).length >= LEAST_WORDS);
  return near && cut && whatLong && next.end - whole.start <= LONGEST;
}

/** What each line says of its passage: about as much as in the source, cut between words, best after a mark. */
export function dealt(translated: TranslatedLine, { lines }: Passage): TranslatedLine[] {
  if (lines.length === 1) return [translated];
  const { candidates, notes } = translated;
  const parts = candidates.flatMap((text) => {
    const found = partsOf(text, lines);
    return found === undefined ? [] : [found];
  });
  if (parts.length === 0) return lines.map(untranslated);
  return lines.map(({ id }, index) => ({
    id,
    candidates: [...new Set(parts.map((each) => each[index] ?? ''))],
    notes,
  }));
}

/** What stays as it is, because nothing else is known for it. */
export function untranslated({ id, text }: Line): TranslatedLine {
  return { id, candidates: [text], notes: ['translate.untranslated'] };
}

/** Words of any script: those without spaces are cut between words too. */
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });
/** A cut after a mark may lie this much farther from where it should be, as a share of the text. */
const AFTER_A_MARK = 0.15;

/** Undefined where there are fewer words than lines. */
function partsOf(text: string, lines: readonly Line[]): string[] | undefined {
  const words = UNSPACED.test(text)
    ? [...WORDS.segment(text)].map(({ segment }) => segment)
    : text.trim().split(/(?<=\s)(?=\S)/);
  const all = lines.reduce((sum, line) => sum + line.text.length, 0);
  const parts: string[] = [];
  let from = 0;
  let share = 0;
  for (const [index, line] of lines.entries()) {
    const after = lines.length - 1 - index;
    share += line.text.length / all;
    const to = after === 0 ? words.length : cutNear(words, share, from + 1, words.length - after);
    if (to === undefined) return undefined;
    parts.push(words.slice(from, to).join('').trim());
    from = to;
  }
  return parts;
}

/** How many words stand before the best cut near a share of the text; undefined where none is allowed. */
function cutNear(words: readonly string[], share: number, least: number, most: number): number | undefined {
  const length = words.join('').length;
  let best: { count: number; cost: number } | undefined;
  for (let count = least; count <= most; count++) {
    const marked = /[,;:.!?，。、；：！？]\s*$/u.test(words[count - 1] ?? '');
    const off = Math.abs(words.slice(0, count).join('').length / length - share);
    const cost = off - (marked ? AFTER_A_MARK : 0);
    if (best === undefined || cost < best.cost) best = { count, cost };
  }
  return best?.count;
}
