import { groupsOf, type Gender } from '../tongue.ts';

const SMALL =
  'zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove'.split(
    ' ',
  );
const TENS = 'vinte trinta quarenta cinquenta sessenta setenta oitenta noventa'.split(' ');
const HUNDREDS =
  'cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos'.split(' ');

function below1000(n: number): string {
  if (n === 100) return 'cem';
  const [hundreds, rest] = [Math.floor(n / 100), n % 100];
  const one = rest % 10;
  const small =
    rest < 20
      ? (SMALL[rest] ?? '')
      : `${TENS[Math.floor(rest / 10) - 2] ?? ''}${one === 0 ? '' : ` e ${SMALL[one] ?? ''}`}`;
  return [hundreds === 0 ? '' : (HUNDREDS[hundreds - 1] ?? ''), rest === 0 ? '' : small]
    .filter(Boolean)
    .join(' e ');
}

const POWERS = ['', '', 'milhão/milhões', 'bilhão/bilhões', 'trilhão/trilhões'];

function feminine(words: string): string {
  return words
    .replace(/\bum\b/g, 'uma')
    .replace(/\bdois\b/g, 'duas')
    .replace(/(entos|inhentos)\b/g, (end) => end.replace('os', 'as'));
}

/** "e" stands before the last group when that is below a hundred or a whole hundred. */
export function cardinal(n: number, gender: Gender): string {
  if (n === 0) return 'zero';
  const groups = groupsOf(n);
  return groups
    .map(([group, power], at) => {
      const words = gender === 'f' && power < 2 ? feminine(below1000(group)) : below1000(group);
      const [one = '', many = ''] = (POWERS[power] ?? '').split('/');
      const said =
        power === 0
          ? words
          : power === 1
            ? group === 1
              ? 'mil'
              : `${words} mil`
            : `${words} ${group === 1 ? one : many}`;
      const last = at > 0 && at === groups.length - 1 && (group <= 100 || group % 100 === 0);
      return `${at === 0 ? '' : last ? ' e ' : ' '}${said}`;
    })
    .join('');
}

const FIRST = 'primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono'.split(' ');
const TENTHS =
  'décimo vigésimo trigésimo quadragésimo quinquagésimo sexagésimo septuagésimo octogésimo nonagésimo'.split(
    ' ',
  );

export function ordinal(n: number, gender: Gender): string {
  if (n < 1 || n > 100) return cardinal(n, gender);
  const words =
    n === 100 ? 'centésimo' : [TENTHS[Math.floor(n / 10) - 1], FIRST[(n % 10) - 1]].filter(Boolean).join(' ');
  return gender === 'f' ? words.replace(/o\b/g, 'a') : words;
}
