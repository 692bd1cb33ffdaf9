import { groupsOf, type Gender } from '../tongue.ts';

const SMALL =
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf'.split(
    ' ',
  );
const TENS = 'vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt'.split(' ');

function below100(n: number): string {
  if (n < 20) return SMALL[n] ?? '';
  if (n === 80) return 'quatre-vingts';
  const ten = Math.floor(n / 10);
  const one = ten === 7 || ten === 9 ? n - (ten - 1) * 10 : n % 10;
  const name = TENS[ten - 2] ?? '';
  if (one === 0) return name;
  return (one === 1 || one === 11) && n < 80
    ? `${name} et ${SMALL[one] ?? ''}`
    : `${name}-${SMALL[one] ?? ''}`;
}

function below1000(n: number): string {
  const [hundreds, rest] = [Math.floor(n / 100), n % 100];
  if (hundreds === 0) return below100(rest);
  const name = hundreds === 1 ? 'cent' : `${SMALL[hundreds] ?? ''} cent`;
  return rest === 0 ? name + (hundreds > 1 ? 's' : '') : `${name} ${below100(rest)}`;
}

const POWERS = ['', 'mille', 'million', 'milliard', 'billion'];

export function cardinal(n: number, gender: Gender): string {
  if (n === 0) return 'zéro';
  const words = groupsOf(n)
    .map(([group, power]) => {
      if (power === 0) return below1000(group);
      if (power === 1)
        return group === 1 ? 'mille' : `${below1000(group).replace(/(cent|vingt)s$/, '$1')} mille`;
      return `${below1000(group)} ${POWERS[power] ?? ''}${group > 1 ? 's' : ''}`;
    })
    .join(' ');
  return gender === 'f' ? words.replace(/\bun$/, 'une') : words;
}

export function ordinal(n: number, gender: Gender): string {
  if (n === 1) return gender === 'f' ? 'première' : 'premier';
  const words = cardinal(n, 'm').replace(/(cent|vingt|million)s$/, '$1');
  if (words.endsWith('cinq')) return `${words}uième`;
  if (words.endsWith('neuf')) return `${words.slice(0, -1)}vième`;
  return `${words.replace(/e$/, '')}ième`;
}
