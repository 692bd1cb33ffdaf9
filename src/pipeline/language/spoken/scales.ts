import { readNumeral } from '../numerals.ts';
import { numberWords } from './numbers.ts';
import type { Speech } from './say.ts';
import { noun, type Tongue } from './tongue.ts';

export type Scale = 'K' | 'M' | 'B';

/** Suffixes for thousands, millions and thousand millions. */
export const SCALE = String.raw`(?:[KMB](?![\p{L}\d])|k(?=\s?[€$£])|(?:mln|mrd|bn)\b)`;

export function scaleOf(letter: string | undefined): Scale | undefined {
  if (letter === undefined) return undefined;
  if (/^k$/i.test(letter)) return 'K';
  return /^(?:M|mln)$/.test(letter) ? 'M' : 'B';
}

/** 1.5M dollars: one and a half million, followed by what is counted. */
export function scaled(written: string, scale: Scale, counted: string | undefined, speech: Speech): string {
  const { tongue } = speech;
  const read = readNumeral(written, speech.decimal);
  const things = counted === undefined ? undefined : noun(counted).many;
  const whole = read.kind === 'number' && read.fraction === '' ? Number(read.whole) : undefined;
  if (scale === 'K' && read.kind === 'number' && read.fraction.length <= 3) {
    const value = Number(`${read.whole}.${read.fraction || 0}`) * 1000;
    return `${counting(Math.round(value), counted, speech)}${things === undefined ? '' : ` ${things}`}`;
  }
  const unit = noun(tongue.scales[scale]);
  const number =
    whole === undefined
      ? numberWords(written, unit.gender, speech)
      : tongue.counting(whole, unit.gender, unit.one);
  const name = whole === 1 ? unit.one : unit.many;
  return `${number} ${name}${things === undefined ? '' : ` ${tongue.afterMillion(things)}`}`;
}

function counting(value: number, counted: string | undefined, { tongue }: Speech): string {
  return counted === undefined
    ? tongue.cardinal(value, 'm')
    : tongue.counting(value, noun(counted).gender, noun(counted).one);
}

/** "/h" and "/kg" after an amount. */
export function perUnit(per: string | undefined, { words, units }: Tongue): string {
  return per === undefined ? '' : ` ${words.per} ${noun(units[per] ?? per).one}`;
}
