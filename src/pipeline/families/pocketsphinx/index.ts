import type { RecogniserFamily } from '../family.ts';

export const pocketsphinx: RecogniserFamily<'pocketsphinx'> = {
  runtime: 'pocketsphinx',
  stage: 'recognise',
  style: 'bare',
  windowSeconds: undefined,
  together: 'engines',
  engine: async () => (await import('./engine.ts')).openPocketSphinx,
};
