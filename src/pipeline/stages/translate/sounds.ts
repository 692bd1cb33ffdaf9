import { primaryLanguage } from '../../language/tags.ts';

/** What is no word but is written as one, as each language writes it; the first form is what is said. */
const SOUNDS: readonly Readonly<Record<string, string>>[] = [
  { en: 'shh sh', es: 'chis shh', fr: 'chut', de: 'pst psst pscht', it: 'sst shh', pt: 'psiu chiu' },
  { en: 'psst', es: 'pst', fr: 'psst', de: 'psst', it: 'psst', pt: 'psiu' },
  { en: 'uh-huh mm-hmm mhm mm-hm', es: 'ajá', fr: 'mm-hmm', de: 'mhm', it: 'mh-mh', pt: 'aham' },
  { en: 'hmm hm', es: 'mmm', fr: 'hum', de: 'hm', it: 'mmh', pt: 'hum' },
  { en: 'uh um uhm er', es: 'eh', fr: 'euh', de: 'äh', it: 'ehm', pt: 'ãh' },
  { en: 'ouch ow', es: 'ay', fr: 'aïe', de: 'aua', it: 'ahi', pt: 'ai' },
  { en: 'ugh yuck eww ew', es: 'puaj', fr: 'beurk', de: 'igitt', it: 'bleah', pt: 'eca' },
  { en: 'achoo', es: 'achís', fr: 'atchoum', de: 'hatschi', it: 'etciù', pt: 'atchim' },
  { en: 'boo', es: 'bu', fr: 'bouh', de: 'buh', it: 'bu', pt: 'bu' },
  { en: 'yay hooray hurray', es: 'hurra', fr: 'hourra', de: 'hurra', it: 'urrà', pt: 'hurra' },
  { en: 'ha', es: 'ja', fr: 'ha', de: 'ha', it: 'ah', pt: 'ha' },
  { en: 'heh hee he', es: 'je', fr: 'hé', de: 'he', it: 'eh', pt: 'he' },
  { en: 'ho', es: 'jo', fr: 'ho', de: 'ho', it: 'oh', pt: 'ho' },
  { en: 'knock', es: 'toc', fr: 'toc', de: 'klopf', it: 'toc', pt: 'toc' },
  { en: 'da', es: 'da', fr: 'da', it: 'da', pt: 'da' },
  ...'la na doo dum mm oh ah wow brr tsk whoa'.split(' ').map(everywhere),
];
/** Words of their own, and sounds only when said at least twice in a row. */
const ONLY_REPEATED = new Set('ha he ho knock la na da do dum'.split(' '));

function everywhere(form: string): Readonly<Record<string, string>> {
  return { en: form, es: form, fr: form, de: form, it: form, pt: form };
}

const WORD = /[\p{L}\p{M}]+(?:[-'’][\p{L}\p{M}]+)*/gu;

/**
 * A hush, a laugh, a hum as the target language writes it; what is sung stays as it is. Undefined where the text says
 * anything else. Marks stay.
 * @param source BCP-47 @param target BCP-47
 */
export function soundIn(text: string, source: string, target: string): string | undefined {
  const words = (text.match(WORD) ?? []).map((word) => word.toLowerCase());
  const [from, to] = [primaryLanguage(source), primaryLanguage(target)];
  const said = words.map((word) => formOf(word, from, to) ?? repeatedForm(word, from, to));
  if (words.length === 0 || said.includes(undefined)) return undefined;
  if (words.length === 1 && ONLY_REPEATED.has(shortened(words[0] ?? ''))) return undefined;
  let at = 0;
  return text.replace(WORD, (word) => cased(said[at++] ?? word, word));
}

/** "haha" and "la-la-la" are made of one sound. */
function repeatedForm(word: string, from: string, to: string): string | undefined {
  const unit = /^(\p{L}{2,4}?)(-?)\1(?:\2\1){0,9}$/u.exec(word)?.[1] ?? '';
  const said = unit === '' ? undefined : formOf(unit, from, to);
  return said === undefined ? undefined : word.replaceAll(unit, () => said);
}

function formOf(word: string, from: string, to: string): string | undefined {
  const found = SOUNDS.find((forms) => forms[from]?.split(' ').some((form) => sameSound(form, word)));
  return found === undefined ? undefined : (found[to]?.split(' ')[0] ?? word);
}

/** Drawn out as long as one likes: "shhhhh", "hmmm", "ooooh". */
function sameSound(form: string, word: string): boolean {
  return shortened(form) === shortened(word);
}

function shortened(word: string): string {
  return word.replace(/(\p{L})\1+/gu, '$1');
}

function cased(said: string, like: string): string {
  return /^\p{Lu}/u.test(like) ? said.charAt(0).toUpperCase() + said.slice(1) : said;
}
