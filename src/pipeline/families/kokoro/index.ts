import { USUAL_F0 } from '../../audio/f0.ts';
import { phonemiserOf, type ModelFile } from '../../catalogue.ts';
import { primaryLanguage, regionFirst, sameLanguage } from '../../language/tags.ts';
import type { Voice } from '../../ports.ts';
import type { VoiceFamily } from '../family.ts';

export const kokoro: VoiceFamily<'kokoro'> = {
  runtime: 'kokoro',
  stage: 'synthesise',
  paced: true,
  slow: true,
  voices: ({ files }, language) => voices(files, language),
  engine: async () => (await import('./engine.ts')).openKokoro,
  recipe: async () => (await import('./prepare.ts')).prepareKokoro,
  problem: (model, catalogue) =>
    phonemiserOf(catalogue, model)?.runtime === 'espeak-ng'
      ? undefined
      : 'names no model of the runtime espeak-ng as its phonemiser',
};

/** The language that the first letter of a voice stands for (kokoro's pipeline.py, `LANG_CODES`). */
const LANGUAGES: Readonly<Record<string, string>> = {
  a: 'en-US',
  b: 'en-GB',
  e: 'es',
  f: 'fr',
  h: 'hi',
  i: 'it',
  p: 'pt-BR',
};

/** Seconds per letter at normal pace: median of four everyday sentences, ef_dora and em_alex, ff_siwis (2026-11). */
const SECONDS_PER_LETTER: Readonly<Record<string, number>> = { e: 0.07, f: 0.056 };

/** Languages without a voice, and the Spanish voices that still read them best, as recognised by Whisper. */
const BORROWED: Readonly<Record<string, readonly string[]>> = { de: ['ef_dora', 'em_alex'] };

/** The files name the voices: `voices/ef_dora.bin`. */
function voices(files: readonly ModelFile[], language: string): Voice[] {
  const borrowed = BORROWED[primaryLanguage(language)];
  if (borrowed === undefined) return ownVoices(files, language);
  const spanish = ownVoices(files, 'es').filter(({ id }) => borrowed.includes(id));
  return spanish.map((voice) => ({
    ...voice,
    language: primaryLanguage(language),
    accent: voice.language,
    // The measurements above are for Spanish.
    secondsPerLetter: undefined,
  }));
}

/** Those made for the language; the same region first. */
function ownVoices(files: readonly ModelFile[], language: string): Voice[] {
  const found = files.flatMap(({ path }): Voice[] => {
    const [, id = '', letter = '', sex] = /^voices\/((\w)([fm])_\w+)\.bin$/.exec(path) ?? [];
    const spoken = LANGUAGES[letter];
    if (spoken === undefined || !sameLanguage(spoken, language)) return [];
    const gender = sex === 'f' ? 'female' : 'male';
    const secondsPerLetter = SECONDS_PER_LETTER[letter];
    return [{ id, language: spoken, gender, medianF0: USUAL_F0[gender], secondsPerLetter }];
  });
  return regionFirst(found, language);
}
