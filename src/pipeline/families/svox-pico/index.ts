import { regionFirst, sameLanguage } from '../../language/tags.ts';
import type { Voice } from '../../ports.ts';
import type { VoiceFamily } from '../family.ts';
import { LOW, LOW_PITCH } from './voices.ts';

export const svoxPico: VoiceFamily<'svox-pico'> = {
  runtime: 'svox-pico',
  stage: 'synthesise',
  paced: true,
  slow: false,
  voices({ files }, language) {
    const here = SPEAKERS.filter(({ tag }) => files.some(({ path }) => path === `voices/${tag}_sg.bin`));
    const spoken = here.filter(({ tag }) => sameLanguage(tag, language));
    return regionFirst(spoken.flatMap(voicesOf), language);
  },
  engine: async () => (await import('./engine.ts')).openPico,
};

interface Speaker {
  readonly tag: string;
  /** Hz, and seconds per letter at normal pace: medians of 20 everyday sentences (2026-11). */
  readonly medianF0: number;
  readonly secondsPerLetter: number;
}

/** One woman for each language or region. */
const SPEAKERS: readonly Speaker[] = [
  { tag: 'en-US', medianF0: 168, secondsPerLetter: 0.069 },
  { tag: 'en-GB', medianF0: 179, secondsPerLetter: 0.068 },
  { tag: 'es-ES', medianF0: 200, secondsPerLetter: 0.081 },
  { tag: 'fr-FR', medianF0: 192, secondsPerLetter: 0.059 },
  { tag: 'de-DE', medianF0: 166, secondsPerLetter: 0.072 },
  { tag: 'it-IT', medianF0: 177, secondsPerLetter: 0.077 },
];

/** Her own voice, and the same lowered to a man's pitch, which is just as intelligible. */
function voicesOf({ tag, medianF0, secondsPerLetter }: Speaker): Voice[] {
  const own: Voice = { id: tag, language: tag, gender: 'female', medianF0, secondsPerLetter };
  return [own, { ...own, id: `${tag}${LOW}`, gender: 'male', medianF0: medianF0 * LOW_PITCH }];
}
