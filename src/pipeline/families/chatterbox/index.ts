import type { VoiceFamily } from '../family.ts';

/** It speaks in the voices it has heard, and has none of its own. */
export const chatterbox: VoiceFamily<'chatterbox'> = {
  runtime: 'chatterbox',
  stage: 'synthesise',
  paced: false,
  slow: true,
  voices: () => [],
  engine: async () => (await import('./engine.ts')).openChatterbox,
};
