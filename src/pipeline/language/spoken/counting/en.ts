import { groupsOf } from '../tongue.ts';

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const POWERS = ['', ' thousand', ' million', ' billion', ' trillion'];
const IRREGULAR: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

export function below100(n: number): string {
  if (n < 20) return SMALL[n] ?? '';
  const one = n % 10;
  return `${TENS[Math.floor(n / 10) - 2] ?? ''}${one === 0 ? '' : `-${SMALL[one] ?? ''}`}`;
}

function below1000(n: number): string {
  const [hundreds, rest] = [Math.floor(n / 100), n % 100];
  if (hundreds === 0) return below100(rest);
  return `${SMALL[hundreds] ?? ''} hundred${rest === 0 ? '' : ` ${below100(rest)}`}`;
}

export function cardinal(n: number): string {
  if (n === 0) return 'zero';
  return groupsOf(n)
    .map(([group, power]) => below1000(group) + (POWERS[power] ?? ''))
    .join(' ');
}

export function ordinal(n: number): string {
  return cardinal(n).replace(/[a-z]+$/, (last) => IRREGULAR[last] ?? `${last.replace(/y$/, 'ie')}th`);
}

/** nineteen eighty-four, two thousand five, twenty twenty-three. */
export function year(n: number): string {
  const [century, rest] = [Math.floor(n / 100), n % 100];
  if (n < 1100 || n > 2099 || (n >= 2000 && n < 2010)) return cardinal(n);
  if (rest === 0) return `${below100(century)} hundred`;
  return `${below100(century)} ${rest < 10 ? 'oh ' : ''}${below100(rest)}`;
}

export function decade(written: string): string {
  const n = Number(written);
  const words = written.length === 2 ? below100(n) : n % 1000 === 0 ? cardinal(n) : year(n);
  return words.replace(/y$/, 'ies').replace(/([^s])$/, '$1s');
}
