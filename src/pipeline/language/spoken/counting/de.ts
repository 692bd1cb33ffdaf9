import { groupsOf, type Gender } from '../tongue.ts';

const SMALL =
  'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn'.split(
    ' ',
  );
const TENS = 'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig'.split(' ');

/** Within a longer word one is "ein". */
function joined(n: number): string {
  return n === 1 ? 'ein' : (SMALL[n] ?? '');
}

function below100(n: number): string {
  if (n < 20) return SMALL[n] ?? '';
  const one = n % 10;
  return `${one === 0 ? '' : `${joined(one)}und`}${TENS[Math.floor(n / 10) - 2] ?? ''}`;
}

function below1000(n: number): string {
  const [hundreds, rest] = [Math.floor(n / 100), n % 100];
  return `${hundreds === 0 ? '' : `${joined(hundreds)}hundert`}${rest === 0 ? '' : below100(rest)}`;
}

const POWERS = ['', '', 'Million', 'Milliarde', 'Billion'];

export function cardinal(n: number): string {
  if (n === 0) return 'null';
  const words = groupsOf(n).map(([group, power]) => {
    if (power === 0) return below1000(group);
    if (power === 1) return `${below1000(group).replace(/eins$/, 'ein')}tausend`;
    const name = POWERS[power] ?? '';
    if (group === 1) return `eine ${name} `;
    return `${below1000(group).replace(/eins$/, 'ein')} ${name}${name.endsWith('e') ? 'n' : 'en'} `;
  });
  return words
    .join('')
    .trim()
    .replace(/^einhundert/, 'hundert')
    .replace(/^eintausend/, 'tausend');
}

export function counting(n: number, gender: Gender): string {
  const one = gender === 'f' ? 'eine' : 'ein';
  return n === 1 ? one : cardinal(n);
}

/** The stem: erst, zweit, zwanzigst. */
export function stem(n: number): string {
  const words = cardinal(n);
  const small = n % 100;
  if (small === 1) return words.replace(/eins$/, 'erst');
  if (small === 3) return words.replace(/drei$/, 'dritt');
  if (small === 7) return words.replace(/sieben$/, 'siebt');
  if (small === 8) return words;
  return small > 1 && small < 20 ? `${words}t` : `${words}st`;
}

/** After these the ordinal ends in -en; after the others in -e; alone in -er. */
export const WEAK =
  /^(?:am|im|zum|zur|vom|beim|dem|den|des|einem|einen|eines|einer|meinem|seinem|ihrem|ab|bis|seit|vor|nach|von|jeden|diesem|diesen|nächsten|letzten|ans?|ins|mit|in|aus)$/i;
export const STRONG = /^(?:der|die|das|diese|dieser|dieses|jede|jeder|jedes|eine|meine|seine|ihre|unsere)$/i;

export function inflected(n: number, before: string): string {
  if (WEAK.test(before)) return `${stem(n)}en`;
  return STRONG.test(before) ? `${stem(n)}e` : `${stem(n)}er`;
}

export function year(n: number): string {
  const [century, rest] = [Math.floor(n / 100), n % 100];
  if (n < 1100 || n > 1999) return cardinal(n);
  return `${below100(century)}hundert${rest === 0 ? '' : below100(rest)}`;
}
