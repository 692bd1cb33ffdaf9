import { primaryLanguage } from '../../language/tags.ts';
import { sentencesOf } from '../../language/sentences.ts';
import type { Voice } from '../../ports.ts';
import type { Phonemiser } from '../espeak-ng/engine.ts';
import { speakable } from '../speakable.ts';

/**
 * eSpeak's name for the language each kind of voice was trained with (kokoro's pipeline.py, `LANG_CODES`); British is
 * plain `en`.
 */
const ESPEAK_VOICES: Readonly<Record<string, string>> = {
  a: 'en-us',
  b: 'en',
  e: 'es',
  f: 'fr',
  h: 'hi',
  i: 'it',
  p: 'pt-br',
};

type Table = readonly (readonly [string, string])[];

/** Two-letter phonemes for which Kokoro has one letter (misaki's espeak.py, both tables E2M, commit d0123ee8). */
const PAIRS: Table = [
  ['aɪ', 'I'],
  ['aʊ', 'W'],
  ['dz', 'ʣ'],
  ['dʒ', 'ʤ'],
  ['eɪ', 'A'],
  ['oʊ', 'O'],
  ['əʊ', 'Q'],
  ['ss', 'S'],
  ['ts', 'ʦ'],
  ['tʃ', 'ʧ'],
  ['ɔɪ', 'Y'],
];

/** Further ones for English, from the same source: first single phonemes, then those that may be several. */
const ENGLISH_PAIRS: Table = [['əl', 'ᵊl']];
const ENGLISH: Table = [
  ['ʔˌn\u0329', 'tn'],
  ['ʔn\u0329', 'tn'],
  ['ʔn', 'tn'],
  ['ʔ', 't'],
  ['ʲo', 'jo'],
  ['ʲə', 'jə'],
  ['ʲ', ''],
  ['e', 'A'],
  ['ɚ', 'əɹ'],
  ['r', 'ɹ'],
  ['x', 'k'],
  ['ç', 'k'],
  ['ɐ', 'ə'],
  ['ɬ', 'l'],
  ['\u0303', ''],
];
/** Flapped t has its own letter in American speech (kokoro's pipeline.py, `en_tokenize`). */
const AMERICAN: Table = [
  ['ɜːɹ', 'ɜɹ'],
  ['ɜː', 'ɜɹ'],
  ['ɪə', 'iə'],
  ['ː', ''],
  ['o', 'ɔ'],
  ['ɾ', 'T'],
];
const BRITISH_PAIRS: Table = [['eə', 'ɛː']];
const BRITISH: Table = [
  ['iə', 'ɪə'],
  ['o', 'ɔ'],
];

/**
 * A line in the letters that Kokoro was trained on: eSpeak's phonemes in misaki's notation, with the text's punctuation
 * between them. Misaki looks English words up in dictionaries; we only ask eSpeak, its last resort.
 */
export function kokoroPhonemes(
  text: string,
  { id, language, accent }: Pick<Voice, 'id' | 'language' | 'accent'>,
  phonemiser: Phonemiser,
): string {
  const kind = id.charAt(0);
  const espeak = accent === undefined ? ESPEAK_VOICES[kind] : primaryLanguage(language);
  if (espeak === undefined) throw new Error(`there is no phonemiser for the voice ${id}`);
  const said = (words: readonly string[]): string =>
    phonemiser
      .phonemes(words.join(' '), espeak)
      .map((word) => notation(word, kind))
      .join(' ');
  return clauses(text, espeak)
    .map(({ before, words, after }) => before + said(words) + after)
    .join(' ')
    .replace(/ (?=[;:,.!?…)])/g, '')
    .replace(/ ?— ?/g, ' — ')
    .trim();
}

interface Clause {
  readonly before: string;
  readonly words: readonly string[];
  readonly after: string;
}

/** A word with the marks on either side; a full stop that ends no sentence, as in "Dr. Smith", belongs to the word. */
const WORD = /^(["(¿¡]*)(.*?)([;:,!?…—")]*)$/u;
const LAST_WORD = /^(["(¿¡]*)(.*?)([;:,.!?…—")]*)$/u;

/** The words between marks; marks within a word, as in 3.5, belong to it. */
function clauses(text: string, language: string): Clause[] {
  // Spaces tell a dash between words from a hyphen; a danda ends a sentence in Hindi.
  const line = speakable(text.replace(/—|--/g, ' — ').replace(/\s*[।॥]/g, '.'))
    .replace(/\.{2,}/g, '…')
    .replace(/(^|\s)-+(?=\s|$)/g, '$1—');
  const found: Clause[] = [];
  let open: { before: string; words: string[] } = { before: '', words: [] };
  const close = (after: string): void => {
    found.push({ ...open, after });
    open = { before: '', words: [] };
  };
  for (const sentence of sentencesOf(line, language, Infinity)) {
    const words = sentence.split(' ');
    for (const [at, word] of words.entries()) {
      const pattern = at === words.length - 1 ? LAST_WORD : WORD;
      const [, before = '', core = '', after = ''] = pattern.exec(word) ?? [];
      const opening = before.replace(/[¿¡]/g, '');
      if (opening !== '' && open.words.length > 0) close('');
      open.before += opening;
      if (core !== '') open.words.push(core);
      if (after !== '') close(after);
    }
    if (open.words.length > 0) close('');
  }
  return found;
}

function notation(word: readonly string[], kind: string): string {
  const [american, british] = [kind === 'a', kind === 'b'];
  const english = american || british;
  const pairs = [...PAIRS, ...(english ? ENGLISH_PAIRS : []), ...(british ? BRITISH_PAIRS : [])];
  const joined = word.map((phoneme) => replaced(phoneme, pairs)).join('');
  // A hyphen follows sounds that may be silent.
  if (!english) return joined.replaceAll('-', '');
  const spelt = replaced(joined, ENGLISH)
    .replace(/(\S)\u0329/gu, 'ᵊ$1')
    .replaceAll('-', '');
  return replaced(spelt, american ? AMERICAN : BRITISH);
}

function replaced(text: string, table: Table): string {
  return table.reduce((whole, [from, to]) => whole.replaceAll(from, to), text);
}

/** The best places to divide a text: between sentences, clauses, phrases, words. */
const BREAKS = [/[.!?…]["”)]* /g, /[;:—]["”)]* /g, /,["”)]* /g, / /g];

/**
 * Phonemes in parts of at most `longest` letters and similar length, divided where it is least audible. Joined with
 * spaces they are the line again.
 */
export function kokoroParts(phonemes: string, longest: number): string[] {
  if (phonemes.length <= longest) return [phonemes];
  const middle = phonemes.length / 2;
  for (const pattern of BREAKS) {
    const ends = [...phonemes.matchAll(pattern)].map(({ index, 0: { length } }) => index + length);
    const inside = ends.filter((end) => end >= middle / 2 && end <= middle * 1.5);
    if (inside.length === 0) continue;
    const at = inside.reduce((best, end) => (Math.abs(end - middle) < Math.abs(best - middle) ? end : best));
    return [phonemes.slice(0, at), phonemes.slice(at)].flatMap((part) => kokoroParts(part.trim(), longest));
  }
  const at = Math.ceil(middle);
  return [phonemes.slice(0, at), phonemes.slice(at)].flatMap((part) => kokoroParts(part, longest));
}
