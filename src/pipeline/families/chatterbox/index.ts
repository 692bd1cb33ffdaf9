import type { VoiceFamily } from '../family.ts';

/** It speaks in voices it has heard, and has no preset ones. */
export const chatterbox: VoiceFamily<'chatterbox'> = {
  runtime: 'chatterbox',
  stage: 'synthesise',
  paced: false,
  slow: true,
  voices: () => [],
  engine: async () => (await import('./engine.ts')).openChatterbox,
};
