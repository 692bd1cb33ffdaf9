import { readNumeral } from '../numerals.ts';
import { millions, MINUS, NUMBER, numberWords } from './numbers.ts';
import { perUnit, SCALE, scaled, scaleOf } from './scales.ts';
import { say, type Speech } from './say.ts';
import { noun, table } from './tongue.ts';

/** Signs and codes of currencies to their ISO codes. */
const CURRENCIES = table(`
  US$ = USD; R$ = BRL; A$ = AUD; C$ = CAD; AU$ = AUD; CA$ = CAD; MX$ = MXN; NZ$ = NZD; HK$ = HKD; $ = USD; € = EUR;
  £ = GBP; ¥ = JPY; ₹ = INR; ₽ = RUB; ₩ = KRW; ₺ = TRY; ₴ = UAH; USD = USD; EUR = EUR; GBP = GBP; CHF = CHF;
  JPY = JPY; BRL = BRL; MXN = MXN; INR = INR; CAD = CAD; AUD = AUD; zł = PLN; PLN = PLN; CNY = CNY; RUB = RUB
`);
const SIGN = Object.keys(CURRENCIES)
  .sort((a, b) => b.length - a.length)
  .map((sign) => sign.replace(/\$/g, '\\$'))
  .join('|');
/** Before or after: -$1.5M, 20-30 €. */
const BEFORE = String.raw`(?<![\p{L}\d])(?<before>${SIGN})\s?(?<inner>[-−])?(?<n1>${NUMBER})(?:\s?[-–]\s?(?:\k<before>)?(?<to1>${NUMBER}))?(?:\s?(?<s1>${SCALE}))?`;
const BEHIND = String.raw`(?<![\p{L}\d.,])(?<n2>${NUMBER})(?:\s?[-–]\s?(?<to2>${NUMBER}))?(?:\s?(?<s2>${SCALE}))?\s?(?<after>${SIGN})(?![\p{L}\d])`;
const MILLION = String.raw`(?:\s(?<million>mil|mill(?:ón|ones)|milh(?:ão|ões)|millions?|[Mm]illiarden?|[Mm]illion(?:en)?|milion[ei]|miliard[oi]|milliards?|bi(?:lhões|lhão)|[bt]illions?|thousand|Mio\.|Mrd\.)(?!\p{L}))?`;
const PER = String.raw`(?:\s?\/\s?(?<per>\p{L}{1,12}))?`;
const MONEY = new RegExp(`(?<minus>${MINUS})?(?:${BEFORE}|${BEHIND})${MILLION}${PER}`, 'gu');

/** Amounts of money, with the sign on either side, also as a range, by the thousand or by the million. */
export function sayMoney(text: string, speech: Speech): string {
  const { tongue } = speech;
  return say(text, MONEY, (_found, _at, groups) => {
    const code = CURRENCIES[groups['before'] ?? groups['after'] ?? ''] ?? '';
    const [majorEntry, minorEntry] = tongue.currencies[code]?.split(' + ') ?? [];
    if (majorEntry === undefined || minorEntry === undefined) return undefined;
    const minus = groups['minus'] ?? groups['inner'];
    const scale = scaleOf(groups['s1'] ?? groups['s2']);
    const said = (written: string): string => {
      if (scale !== undefined) return scaled(written, scale, majorEntry, speech);
      if (groups['million'] !== undefined) return numberWords(written, 'm', speech);
      return money(written, majorEntry, minorEntry, speech);
    };
    const [first, last] = [groups['n1'] ?? groups['n2'] ?? '', groups['to1'] ?? groups['to2']];
    const lead =
      last === undefined ? '' : `${numberWords(first, noun(majorEntry).gender, speech)} ${tongue.words.to} `;
    const whole = lead + said(last ?? first);
    const tail =
      groups['million'] === undefined
        ? ''
        : ` ${groups['million']} ${tongue.afterMillion(noun(majorEntry).many)}`;
    return `${minus === undefined ? '' : `${tongue.words.minus} `}${whole}${tail}${perUnit(groups['per'], tongue)}`;
  });
}

function money(written: string, majorEntry: string, minorEntry: string, speech: Speech): string {
  const { tongue } = speech;
  const read = readNumeral(written, speech.decimal);
  const major = noun(majorEntry);
  if (read.kind === 'version' || read.fraction.length > 2)
    return `${numberWords(written, major.gender, speech)} ${major.many}`;
  const whole = Number(read.whole);
  const cents = Number(read.fraction.padEnd(2, '0'));
  const minor = noun(minorEntry);
  const named = (n: number, { one, many, gender }: typeof major): string =>
    `${tongue.counting(n, gender, one)} ${millions(n) ? tongue.afterMillion(many) : n === 1 ? one : many}`;
  if (cents === 0) return named(whole, major);
  const small = named(cents, minor);
  if (whole === 0) return small;
  return tongue.withCents(named(whole, major), tongue.cardinal(cents, minor.gender), small);
}
