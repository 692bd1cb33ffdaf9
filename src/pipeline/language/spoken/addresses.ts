import { say, type Speech } from './say.ts';
import type { Tongue } from './tongue.ts';

const ADDRESS =
  /(?:[Hh]ttps?:\/\/|[Ww]{3}\.)[^\s<>"]{1,300}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,20}){1,4}|(?<![\w.])(?:[\w-]{2,60}\.){1,3}(?:com|org|net|io|edu|gov|tv|app|dev|info|eu|es|fr|de|it|pt|br|uk|mx|ai)\b(?!['’])(?:\/[^\s<>"]{0,200})?/g;

/** Web and mail addresses, sign by sign. */
export function sayAddresses(text: string, { tongue }: Speech): string {
  return say(text, ADDRESS, (found) => {
    const address = found.replace(/[.,;:!?)\]]+$/, '');
    const bare = address.replace(/^https?:\/\//i, '').replace(/\/$/, '');
    return spelled(bare, tongue) + found.slice(address.length);
  });
}

function spelled(address: string, { words, cardinal }: Tongue): string {
  const signs: Readonly<Record<string, string>> = {
    '.': words.dot,
    '@': words.at,
    '/': words.slash,
    '-': words.dash,
    _: words.underscore,
    ':': words.colon,
    '+': words.plus,
    '=': words.equals,
    '&': words.and,
  };
  return address
    .replace(/\d/g, (digit) => ` ${cardinal(Number(digit), 'm')} `)
    .replace(/[^\p{L}\p{M}\s]/gu, (sign) => ` ${signs[sign] ?? ''} `)
    .replace(/\s+/g, ' ')
    .trim();
}

/** Telephone numbers: international, with a leading zero, or in groups that only phone numbers have. */
const FORMS = [
  String.raw`\+\d{1,3}[\s.-]?(?:\(\d{1,4}\)[\s.-]?)?\d{1,4}(?:[\s.-]?\d{2,4}){1,5}`,
  String.raw`\(\d{2,5}\)\s?\d{3,5}[\s.-]?\d{2,5}`,
  String.raw`\d{3}[-.]\d{3}[-.]\d{4}`,
  String.raw`\d{3}-\d{4}`,
  String.raw`0\d(?:[ .-]\d\d){4}`,
  String.raw`0\d{1,4}[ /-]\d{3,8}(?:[ -]?\d{2,5})?`,
  String.raw`[679]\d\d (?:\d{3} \d{3}|\d\d \d\d \d\d)|9\d \d{3} \d\d \d\d`,
];
const PHONE = new RegExp(String.raw`(?<![\p{L}\d.,:/+-]|\d )(?:${FORMS.join('|')})(?![\d/]|[.,:-]\d)`, 'gu');

/** Telephone numbers, digit by digit with a pause between groups; in pairs where they are written in pairs. */
export function sayPhones(text: string, { tongue }: Speech): string {
  return say(text, PHONE, (found) => {
    const plus = found.startsWith('+') ? `${tongue.words.plus} ` : '';
    const groups = found.match(/\d+/g) ?? [];
    const pairs = groups.length > 3 && groups.slice(1).every((group) => group.length === 2);
    const spoken = groups.map((group) =>
      pairs && !group.startsWith('0') ? tongue.cardinal(Number(group), 'm') : digits(group, tongue),
    );
    return plus + spoken.join(', ');
  });
}

/** Digit by digit. */
export function digits(figures: string, { cardinal }: Tongue): string {
  return [...figures].map((digit) => cardinal(Number(digit), 'm')).join(' ');
}
