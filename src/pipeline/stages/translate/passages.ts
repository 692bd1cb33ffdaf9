import { joinedText, UNSPACED } from '../../language/scripts.ts';
import { primaryLanguage } from '../../language/tags.ts';
import type { Line, TranslatedLine } from '../../media-types.ts';

/** Lines translated together: a sentence cut at a pause makes little sense in pieces. */
export interface Passage {
  /** All of it, under the first line's id. */
  readonly whole: Line;
  readonly lines: readonly Line[];
}

/** A longer pause ends a passage, in seconds. */
const LONGEST_PAUSE = 1.5;
/** No sentence is longer, but a recogniser without punctuation can be. In seconds. */
const LONGEST = 20;
/** A line with fewer words must be able to stand alone. */
const LEAST_WORDS = 2;

/** Dots at the end of a line and at the beginning of the next mark a continued sentence. */
const DOTS_BEFORE = /^\s*(?:\.{2,}|…)\s*/;
const DOTS_AFTER = /\s*(?:\.{2,}|…)\s*$/;
/** No sentence ends with these: articles, prepositions, possessives, conjunctions. */
const GO_ON = new Set(
  `the a an of to in on at for from with by into about than my your his her its our their and or but that if because
  el la los las un una de del al en con por para sin mi tu su y o que
  le les une des du dans avec pour sur mon ton son ma ta sa et ou mais
  il lo gli i uno di da nel con per tra mio suo e ma che
  os as um uma do dos das no na nos nas com em meu seu`.split(/\s+/),
);
/** Languages that capitalise nouns: there a capital does not tell. */
const CAPITAL_NOUNS = new Set(['de', 'lb']);
/** A missing mark is a sign only where at least this share of the lines end with one. */
const MARKED = 0.25;

/** @param lines in order of start @param language BCP-47 of the lines */
export function passagesOf(lines: readonly Line[], language: string): Passage[] {
  const passages: Passage[] = [];
  const marked = lines.filter(({ text }) => /[.!?。！？]["”’')]*$/u.test(text.trim())).length;
  const writing = { marksTell: marked >= MARKED * lines.length, language };
  for (const line of lines) {
    const last = passages.at(-1);
    if (last === undefined || !goesOn(last, line, writing)) passages.push({ whole: line, lines: [line] });
    else {
      const text = joinedText([
        last.whole.text.replace(DOTS_AFTER, '').trim(),
        line.text.replace(DOTS_BEFORE, '').trim(),
      ]);
      passages[passages.length - 1] = {
        whole: { ...last.whole, end: line.end, text },
        lines: [...last.lines, line],
      };
    }
  }
  return passages;
}

interface Writing {
  readonly language: string;
  readonly marksTell: boolean;
}

function goesOn({ whole, lines }: Passage, next: Line, writing: Writing): boolean {
  const pause = next.start - whole.end;
  const near = next.speaker === whole.speaker && pause >= 0 && pause <= LONGEST_PAUSE;
  const text = lines.at(-1)?.text.trim() ?? '';
  const whatLong = [text, next.text].every(saysEnough);
  return near && isCut(text, next.text.trim(), writing) && whatLong && next.end - whole.start <= LONGEST;
}

/** Whether a sentence was cut between two lines. */
function isCut(before: string, after: string, { language, marksTell }: Writing): boolean {
  const dotted = DOTS_AFTER.test(before);
  if (dotted ? !DOTS_BEFORE.test(after) : !/[\p{L}\p{M}\p{N},，、]$/u.test(before)) return false;
  const next = after.replace(DOTS_BEFORE, '');
  if (/^(?:\p{Ll}|\p{N})/u.test(next) || dotted) return true;
  // Where there are no small letters, or capitals mean another thing, only the missing mark tells.
  if (/^\p{Lo}/u.test(next)) return marksTell;
  if (!/\p{Ll}/u.test(before)) return false;
  if (marksTell && CAPITAL_NOUNS.has(primaryLanguage(language))) return true;
  const last = /[\p{L}\p{M}]+$/u.exec(before)?.[0].toLowerCase() ?? '';
  return /^I\b/.test(next) || GO_ON.has(last);
}

function saysEnough(text: string): boolean {
  const words = UNSPACED.test(text) ? [...WORDS.segment(text)] : text.trim().split(/\s+/);
  return words.length >= LEAST_WORDS;
}

/** Words of any script: those without spaces are cut between words too. */
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Each line's share of its passage: about as much as in the source, cut between words, preferably after a mark. */
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

/** Lines that keep their text because there is no translation for them. */
export function untranslated({ id, text }: Line): TranslatedLine {
  return { id, candidates: [text], notes: ['translate.untranslated'] };
}

/** A cut after a mark may be this much farther from the ideal place, as a share of the text. */
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
    parts.push(dotted(words.slice(from, to).join('').trim(), line, index > 0, after > 0));
    from = to;
  }
  return parts;
}

/** With the dots that the line has where it goes on. */
function dotted(part: string, { text }: Line, begun: boolean, open: boolean): string {
  return `${begun && DOTS_BEFORE.test(text) ? '...' : ''}${part}${open && DOTS_AFTER.test(text) ? '...' : ''}`;
}

/** How many words precede the best cut near a share of the text; undefined where no cut is allowed. */
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
