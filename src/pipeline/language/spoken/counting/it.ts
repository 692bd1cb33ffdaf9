import { groupsOf, type Gender } from '../tongue.ts';

const SMALL =
  'zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove'.split(
    ' ',
  );
const TENS = 'venti trenta quaranta cinquanta sessanta settanta ottanta novanta'.split(' ');

function below100(n: number): string {
  if (n < 20) return SMALL[n] ?? '';
  const one = n % 10;
  const ten = TENS[Math.floor(n / 10) - 2] ?? '';
  if (one === 0) return ten;
  return `${one === 1 || one === 8 ? ten.slice(0, -1) : ten}${one === 3 ? 'tré' : (SMALL[one] ?? '')}`;
}

function below1000(n: number): string {
  const [hundreds, rest] = [Math.floor(n / 100), n % 100];
  const name = hundreds === 0 ? '' : `${hundreds === 1 ? '' : (SMALL[hundreds] ?? '')}cento`;
  return `${name}${rest === 0 ? '' : below100(rest)}`.replace('centoott', 'centott');
}

export function cardinal(n: number, gender: Gender = 'm'): string {
  if (n === 0) return 'zero';
  if (n === 1) return gender === 'f' ? 'una' : 'uno';
  return groupsOf(n)
    .map(([group, power]) => {
      if (power === 0) return below1000(group);
      if (power === 1)
        return group === 1 ? 'mille' : `${below1000(group).replace(/uno$/, 'un').replace(/tré$/, 'tre')}mila`;
      const [one, many] =
        power === 2
          ? ['milione', 'milioni']
          : power === 3
            ? ['miliardo', 'miliardi']
            : ['bilione', 'bilioni'];
      return ` ${group === 1 ? `un ${one}` : `${below1000(group)} ${many}`} `;
    })
    .join('')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** un giorno, uno studente, una volta, un'ora. */
export function counting(n: number, gender: Gender, noun: string): string {
  if (n !== 1 || gender === 'n') return cardinal(n);
  if (gender === 'f') return /^[aeiouàèéìòù]/i.test(noun) ? "un'" : 'una';
  return /^(?:s[^aeiou]|z|gn|ps|x|y)/i.test(noun) ? 'uno' : 'un';
}

const FIRST = 'primo secondo terzo quarto quinto sesto settimo ottavo nono decimo'.split(' ');

export function ordinal(n: number, gender: Gender): string {
  const words =
    n <= 10
      ? (FIRST[n - 1] ?? '')
      : `${cardinal(n)
          .replace(/tré$/, 'tre')
          .replace(/(?<!tr)(?<!se)[aeio]$/, '')}esimo`;
  return gender === 'f' ? words.replace(/o$/, 'a') : words;
}
