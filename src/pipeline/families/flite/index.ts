import type { Voice } from '../../ports.ts';
import type { VoiceFamily } from '../family.ts';

/** Best first; measured as eSpeak NG's voices are, on one English sentence. */
const VOICES: readonly Voice[] = [
  { id: 'slt', language: 'en-US', gender: 'female', medianF0: 165 },
  { id: 'awb', language: 'en-GB', gender: 'male', medianF0: 123 },
  { id: 'rms', language: 'en-US', gender: 'male', medianF0: 102 },
];

export const flite: VoiceFamily<'flite'> = {
  runtime: 'flite',
  stage: 'synthesise',
  paced: true,
  slow: false,
  voices: () => VOICES,
  engine: async () => (await import('./engine.ts')).openFlite,
};
