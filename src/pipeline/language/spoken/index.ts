import { decimalMark } from '../numerals.ts';
import { sayAddresses, sayPhones } from './addresses.ts';
import { sayFractions } from './fractions.ts';
import { sayMeasures } from './measures.ts';
import { sayMoney } from './money.ts';
import { sayNumbers } from './numbers.ts';
import { sayDates, sayTimes } from './clock.ts';
import { say, wordAfter, wordBefore, type Speech } from './say.ts';
import { sayRest } from './rest.ts';
import { isRoman, romanValue, type Replacement } from './tongue.ts';
import { tongueOf } from './tongues/index.ts';

/**
 * A text as it is said aloud: figures, signs, units, dates, money and abbreviations in words. The same on every host.
 * Languages without a table only get plain signs; their engines read the figures.
 * @param language BCP-47
 *
 * @example spokenForm('Hace -5 °C.', 'es'); // 'Hace menos cinco grados Celsius.'
 */
export function spokenForm(text: string, language: string): string {
  const plain = plainFigures(text);
  const tongue = tongueOf(language);
  if (tongue === undefined) return plain.replace(/−(?=\d)/g, '-');
  const speech: Speech = { tongue, language, decimal: decimalMark(language) };
  const said = STEPS.reduce((whole, step) => step(whole, speech), plain);
  return said
    .replace(/(?<=\bun') (?=\p{L})/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Forms that could be mistaken for simpler ones come first. */
const STEPS = [
  sayAddresses,
  (text: string, { tongue }: Speech) => replaced(text, tongue.abbreviations),
  sayPhones,
  sayDates,
  sayTimes,
  (text: string, { tongue }: Speech) => replaced(text, tongue.figures),
  sayRomans,
  sayMoney,
  sayMeasures,
  sayFractions,
  sayNumbers,
  sayRest,
];

/**
 * Full-width figures become plain ones; digits grouped by non-breaking spaces or ' are joined. Dots that continue the
 * line before are not said.
 */
function plainFigures(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(
      /(?<=(?<![\d.,])\d{1,3}(?:[\u00a0\u2009\u202f'’]\d{3})*)[\u00a0\u2009\u202f'’](?=\d{3}(?!\d))/g,
      '',
    )
    .replace(/[\u00a0\u2009\u202f]/g, ' ')
    .replace(/(?<![\d.,:/]|\d )\d{1,3}(?: \d{3})* 000(?![\d:/])/g, (number) => number.replaceAll(' ', ''))
    .replace(/’/g, "'")
    .replace(/^\s*(?:\.{2,}|…)\s*(?=[\p{L}¿¡])/u, '');
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce(
    (whole, [pattern, by]) =>
      typeof by === 'string'
        ? whole.replace(pattern, by)
        : whole.replace(pattern, (...match) => by(...(match as string[]))),
    text,
  );
}

/** Roman numerals; a single letter only for a part of something or a V after a name. */
function sayRomans(text: string, { tongue }: Speech): string {
  return say(text, /(?<![\p{L}\p{N}.])[IVXLC]{1,8}(?![\p{L}\p{N}])\.?/gu, (found, at) => {
    const numeral = found.replace('.', '');
    if (!isRoman(numeral)) return undefined;
    const before = wordBefore(text, at);
    if (/^[IXLC]\.?$/.test(found) && !tongue.parts.test(before)) return undefined;
    const around = { before, after: wordAfter(text, at + found.length) };
    const words = tongue.roman(romanValue(numeral), around);
    const stop = found.endsWith('.') && !/^\s+\p{L}/u.test(text.slice(at + found.length)) ? '.' : '';
    return words === undefined ? undefined : `${words}${stop}`;
  });
}
