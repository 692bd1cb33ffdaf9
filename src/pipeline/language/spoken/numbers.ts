import { readNumeral } from '../numerals.ts';
import { digits } from './addresses.ts';
import { say, wordAfter, type Speech } from './say.ts';
import type { Gender, Tongue } from './tongue.ts';

export const NUMBER = String.raw`\d+(?:[.,]\d+)*`;
/** A sign directly before its number; a hyphen followed by a space opens a turn. */
export const MINUS = String.raw`(?<![\p{L}\d.,)%])(?:[-–]|−\s?)`;
const NUMBERS = new RegExp(
  String.raw`(?<minus>${MINUS})?(?<first>${NUMBER})(?:\s?(?<link>[-–—:/xX×])\s?(?<second>${NUMBER})(?![\p{L}\d]))?`,
  'gu',
);

/** The rest: plain numbers, ranges, ratios and versions, with a minus where there is one. */
export function sayNumbers(text: string, speech: Speech): string {
  const { tongue } = speech;
  return say(text, NUMBERS, (found, at, { minus, first = '', link, second }) => {
    const end = at + found.length;
    const before = text.charAt(at - 1);
    const glued = minus === undefined && /[\p{L}\p{M}]/u.test(before) ? ' ' : '';
    const tail = /^\p{L}/u.test(text.slice(end)) ? ' ' : '';
    const sign = minus === undefined ? '' : `${tongue.words.minus} `;
    if (link === undefined) return `${glued}${sign}${counted(first, text, end, speech)}${tail}`;
    const joint = jointOf(link, tongue);
    return `${glued}${sign}${numberWords(first, 'm', speech)}${joint}${counted(second ?? '', text, end, speech)}${tail}`;
  });
}

function jointOf(link: string, { words }: Tongue): string {
  if (link === ':') return ` ${words.ratio} `;
  if (/[xX×]/.test(link)) return ` ${words.times} `;
  return link === '/' ? ' ' : ` ${words.to} `;
}

/** A number in the gender of the noun after it. */
function counted(written: string, text: string, end: number, speech: Speech): string {
  const { tongue } = speech;
  const after = wordAfter(text, end);
  const read = readNumeral(written, speech.decimal);
  const counts = after !== '' && !tongue.notCounted.has(after.toLowerCase());
  if (!counts || read.kind === 'version' || read.fraction !== '' || isCode(read.whole))
    return numberWords(written, 'm', speech);
  const n = Number(read.whole);
  const things = millions(n) ? tongue.afterMillion('').trim() : '';
  return [tongue.counting(n, tongue.genderOf(after) ?? 'm', after), things].filter(Boolean).join(' ');
}

export function numberWords(written: string, gender: Gender, speech: Speech): string {
  const { tongue } = speech;
  const read = readNumeral(written, speech.decimal);
  const whole = (figures: string): string =>
    isCode(figures) ? digits(figures, tongue) : tongue.cardinal(Number(figures), gender);
  if (read.kind === 'version') return read.parts.map(whole).join(` ${tongue.point['.']} `);
  if (read.fraction === '') return whole(read.whole);
  const { fraction } = read;
  const zeros = /^0*/.exec(fraction)?.[0] ?? '';
  const rest = fraction.slice(zeros.length);
  const parts =
    tongue.digitByDigit || rest.length > 3 || rest === ''
      ? digits(fraction, tongue)
      : [...[...zeros].map(() => tongue.cardinal(0, 'm')), tongue.cardinal(Number(rest), 'm')].join(' ');
  return `${whole(read.whole)} ${tongue.point[read.mark]} ${parts}`;
}

/** More digits than a number has, or a leading zero: said one by one. */
function isCode(whole: string): boolean {
  return whole.length > 15 || /^0\d/.test(whole);
}

export function millions(n: number): boolean {
  return n >= 1_000_000 && n % 1_000_000 === 0;
}
