import type { ModelEntry, ModelFile } from '../catalogue.ts';
import { primaryLanguage, sameLanguage, sameTag } from '../language/tags.ts';
import type { Voice } from '../ports.ts';

/**
 * eSpeak NG's voice variants with the median F0 of one sentence, in Hz: mean over es, fr, de, it, pt, en-us,
 * ru and fi, which differ by less than 4 % (autocorrelation, 40 ms windows; 2026-11, package 0.3.5).
 */
const ESPEAK_VARIANTS: readonly (readonly [variant: string, gender: Voice['gender'], medianF0: number])[] = [
  ['+m3', 'male', 105],
  ['+f3', 'female', 212],
  ['+m7', 'male', 107],
  ['+f2', 'female', 196],
  ['', 'male', 102],
  ['+f1', 'female', 180],
  ['+f5', 'female', 206],
  ['+f4', 'female', 180],
  ['+m1', 'male', 94],
  ['+m2', 'male', 101],
  ['+m4', 'male', 94],
  ['+m5', 'male', 103],
  ['+m6', 'male', 101],
  ['+m8', 'male', 86],
];

/** Where eSpeak's name differs from the BCP-47 tag. */
const ESPEAK_NAMES: Readonly<Record<string, string>> = {
  en: 'en-us',
  'en-gb': 'en',
  'es-mx': 'es-419',
  no: 'nb',
  zh: 'cmn',
};

/** Regional voices; any other region speaks with its language's voice. */
const ESPEAK_REGIONS = new Set(['en-gb', 'en-us', 'es-419', 'fr-be', 'fr-ch', 'pt-br']);

/** Flite's voices, best first; measured in the same way on one English sentence. */
const FLITE_VOICES: readonly Voice[] = [
  { id: 'slt', language: 'en-US', gender: 'female', medianF0: 165 },
  { id: 'awb', language: 'en-GB', gender: 'male', medianF0: 123 },
  { id: 'rms', language: 'en-US', gender: 'male', medianF0: 102 },
];

/** Adult voices, medians of read speech: men near 115 Hz, women near 205 Hz (Titze 1994); the middle in octaves. */
export const BETWEEN_F0 = 155;

/** Voices of a synthesiser for a BCP-47 language; the caller knows that it speaks the language. */
export function voicesOf(model: Pick<ModelEntry, 'runtime' | 'files'>, language: string): readonly Voice[] {
  if (model.runtime === 'flite') return FLITE_VOICES;
  if (model.runtime === 'supertonic') return supertonicVoices(model.files, language);
  if (model.runtime === 'kokoro') return kokoroVoices(model.files, language);
  if (model.runtime !== 'espeak-ng') return [];
  const name = espeakName(language);
  return ESPEAK_VARIANTS.map(([variant, gender, medianF0]) => ({
    id: `${name}${variant}`,
    language,
    gender,
    medianF0,
  }));
}

/** What Titze (1994) gives for read speech stands for voices that nobody has measured here yet, in Hz. */
const USUAL_F0 = { female: 205, male: 115 } as const;

/** Supertonic's files name its voices: `voices/F1.bin`, `voices/M2.bin`. */
function supertonicVoices(files: readonly ModelFile[], language: string): Voice[] {
  return files.flatMap(({ path }) => {
    const id = /^voices\/([FM]\d+)\.bin$/.exec(path)?.[1];
    if (id === undefined) return [];
    const gender = id.startsWith('F') ? 'female' : 'male';
    return { id, language, gender, medianF0: USUAL_F0[gender] };
  });
}

/** The language that the first letter of a Kokoro voice stands for (kokoro's pipeline.py, `LANG_CODES`). */
const KOKORO_LANGUAGES: Readonly<Record<string, string>> = {
  a: 'en-US',
  b: 'en-GB',
  e: 'es',
  f: 'fr',
  h: 'hi',
  i: 'it',
  p: 'pt-BR',
};

/** Kokoro's files name its voices: `voices/ef_dora.bin`. Those of the very region come first. */
function kokoroVoices(files: readonly ModelFile[], language: string): Voice[] {
  const voices = files.flatMap(({ path }): Voice[] => {
    const [, id = '', letter = '', sex] = /^voices\/((\w)([fm])_\w+)\.bin$/.exec(path) ?? [];
    const spoken = KOKORO_LANGUAGES[letter];
    if (spoken === undefined || !sameLanguage(spoken, language)) return [];
    const gender = sex === 'f' ? 'female' : 'male';
    return [{ id, language: spoken, gender, medianF0: USUAL_F0[gender] }];
  });
  const near = (voice: Voice): boolean => sameTag(voice.language, language);
  return [...voices.filter(near), ...voices.filter((voice) => !near(voice))];
}

function espeakName(language: string): string {
  const tag = language.toLowerCase();
  const known = ESPEAK_NAMES[tag] ?? (ESPEAK_REGIONS.has(tag) ? tag : undefined);
  if (known !== undefined) return known;
  const primary = primaryLanguage(tag);
  return ESPEAK_NAMES[primary] ?? primary;
}
