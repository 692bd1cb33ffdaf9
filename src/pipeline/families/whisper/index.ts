import type { RecogniserFamily } from '../family.ts';

export const whisper: RecogniserFamily<'whisper'> = {
  runtime: 'whisper',
  stage: 'recognise',
  style: 'written',
  // What its encoder always reads.
  windowSeconds: 30,
  together: 'windows',
  engine: async () => (await import('./engine.ts')).openWhisper,
};
