import { primaryLanguage } from '../../language/tags.ts';
import type { Voice } from '../../ports.ts';
import type { VoiceFamily } from '../family.ts';

export const espeakNg: VoiceFamily<'espeak-ng'> = {
  runtime: 'espeak-ng',
  stage: 'synthesise',
  paced: true,
  slow: false,
  voices(_, language) {
    const name = nameOf(language);
    return VARIANTS.map(([variant, gender, medianF0]) => ({
      id: `${name}${variant}`,
      language,
      gender,
      medianF0,
      secondsPerLetter: SECONDS_PER_LETTER[primaryLanguage(language)],
    }));
  },
  engine: async () => (await import('./engine.ts')).openEspeak,
};

/**
 * Voice variants with the median F0 of one sentence, in Hz: mean over es, fr, de, it, pt, en-us, ru and fi, which
 * differ by less than 4 % (autocorrelation, 40 ms windows; 2026-11, package 0.3.5).
 */
const VARIANTS: readonly (readonly [variant: string, gender: Voice['gender'], medianF0: number])[] = [
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

/** Seconds per letter at normal pace: median of four to six everyday sentences, +m3 and +f3 (2026-11). */
const SECONDS_PER_LETTER: Readonly<Record<string, number>> = {
  de: 0.067,
  en: 0.066,
  es: 0.064,
  fr: 0.049,
  it: 0.063,
  nl: 0.068,
  pl: 0.068,
  pt: 0.068,
  ru: 0.057,
};

/** Where eSpeak's name differs from the BCP-47 tag. */
const NAMES: Readonly<Record<string, string>> = {
  en: 'en-us',
  'en-gb': 'en',
  'es-mx': 'es-419',
  no: 'nb',
  zh: 'cmn',
};

/** Regional voices; any other region speaks with its language's voice. */
const REGIONS = new Set(['en-gb', 'en-us', 'es-419', 'fr-be', 'fr-ch', 'pt-br']);

function nameOf(language: string): string {
  const tag = language.toLowerCase();
  const known = NAMES[tag] ?? (REGIONS.has(tag) ? tag : undefined);
  if (known !== undefined) return known;
  const primary = primaryLanguage(tag);
  return NAMES[primary] ?? primary;
}
