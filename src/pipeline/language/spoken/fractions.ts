import { say, wordAfter, type Speech } from './say.ts';

const VULGAR: Readonly<Record<string, string>> = {
  '½': '1/2',
  '⅓': '1/3',
  '⅔': '2/3',
  '¼': '1/4',
  '¾': '3/4',
  '⅕': '1/5',
  '⅖': '2/5',
  '⅗': '3/5',
  '⅘': '4/5',
  '⅙': '1/6',
  '⅚': '5/6',
  '⅛': '1/8',
  '⅜': '3/8',
  '⅝': '5/8',
  '⅞': '7/8',
};

/** Proper fractions, also after a whole number: 3/4, 2 1/2, 2½. */
export function sayFractions(text: string, { tongue }: Speech): string {
  const plain = text.replace(
    /(\d?)([½⅓⅔¼¾⅕-⅚⅛-⅞])/g,
    (_, digit: string, sign: string) => `${digit}${digit && ' '}${VULGAR[sign] ?? sign}`,
  );
  const pattern =
    /(?<![\p{L}\d.,/:])(?:(?<whole>\d{1,4})\s)?(?<top>\d{1,2})\s?[/⁄]\s?(?<bottom>\d{1,3})(?![\d/]|[.,]\d)/gu;
  return say(plain, pattern, (found, at, { whole, top, bottom }) => {
    const [over, under] = [Number(top), Number(bottom)];
    if (over === 0 || over >= under || !isDivisor(under)) return undefined;
    const around = { before: whole ?? '', after: wordAfter(plain, at + found.length) };
    const part = tongue.fraction(over, under, around);
    return whole === undefined ? part : `${tongue.cardinal(Number(whole), 'm')} ${tongue.words.and} ${part}`;
  });
}

/** Common denominators; 9/11 and 24/7 are not fractions. */
function isDivisor(n: number): boolean {
  return (n >= 2 && n <= 10) || [12, 16, 20, 32, 50, 64, 100].includes(n);
}
