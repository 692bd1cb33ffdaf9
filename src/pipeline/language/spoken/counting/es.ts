import { groupsOf, type Gender } from '../tongue.ts';

const SMALL =
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve'.split(
    ' ',
  );
const TENS = 'treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' ');
const HUNDREDS =
  'ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'.split(
    ' ',
  );

function below1000(n: number): string {
  if (n === 100) return 'cien';
  const [hundreds, rest] = [Math.floor(n / 100), n % 100];
  const one = rest % 10;
  const small =
    rest < 30
      ? (SMALL[rest] ?? '')
      : `${TENS[Math.floor(rest / 10) - 3] ?? ''}${one === 0 ? '' : ` y ${SMALL[one] ?? ''}`}`;
  if (hundreds === 0) return small;
  return `${HUNDREDS[hundreds - 1] ?? ''}${rest === 0 ? '' : ` ${small}`}`;
}

/** Before a noun and before mil and millones: un, veintiún. */
export function short(words: string): string {
  return words.replace(/veintiuno$/, 'veintiún').replace(/\buno$/, 'un');
}

function masculine(n: number): string {
  if (n === 0) return 'cero';
  const millions = Math.floor(n / 1e6);
  if (millions > 0) {
    const rest = n % 1e6;
    const [name, count] =
      millions >= 1e6 ? ['billón/billones', Math.floor(millions / 1e6)] : ['millón/millones', millions];
    const [one = '', many = ''] = name.split('/');
    const left = millions >= 1e6 ? n % 1e12 : rest;
    return `${short(masculine(count))} ${count === 1 ? one : many}${left === 0 ? '' : ` ${masculine(left)}`}`;
  }
  return groupsOf(n)
    .map(([group, power]) =>
      power === 0 ? below1000(group) : group === 1 ? 'mil' : `${short(below1000(group))} mil`,
    )
    .join(' ');
}

export function cardinal(n: number, gender: Gender): string {
  const words = masculine(n);
  if (gender !== 'f') return words;
  const at = words.search(/mill(?:ón|ones)(?!.*mill)/);
  const head = at < 0 ? '' : words.slice(0, at);
  return (
    head +
    words
      .slice(head.length)
      .replace(/uno\b/g, 'una')
      .replace(/cientos\b/g, 'cientas')
      .replace(/quinientos/g, 'quinientas')
  );
}

export function counting(n: number, gender: Gender): string {
  // uno por ciento
  if (gender === 'n') return masculine(n);
  return gender === 'f' ? cardinal(n, 'f').replace(/\b(veinti|)un mil\b/g, '$1una mil') : short(masculine(n));
}

const FIRST =
  'primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo undécimo duodécimo'.split(' ');
const TENTHS =
  'décimo vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo nonagésimo'.split(
    ' ',
  );

export function ordinal(n: number, gender: Gender): string {
  if (n < 1 || n > 100) return cardinal(n, gender);
  const one = n % 10;
  const words =
    n === 100
      ? 'centésimo'
      : n <= 12
        ? (FIRST[n - 1] ?? '')
        : n < 20
          ? `decimo${FIRST[one - 1] ?? ''}`.replace('oo', 'o')
          : `${TENTHS[Math.floor(n / 10) - 1] ?? ''}${one === 0 ? '' : ` ${FIRST[one - 1] ?? ''}`}`;
  return gender === 'f' ? words.replace(/o\b/g, 'a') : words;
}

/** primer piso, tercer mundo: before a noun. */
export function ordinalBefore(n: number, gender: Gender, after: string): string {
  const words = ordinal(n, gender);
  return after !== '' && gender !== 'f' ? words.replace(/(prim|terc)ero$/, '$1er') : words;
}
