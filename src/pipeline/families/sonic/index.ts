import type { StretcherFamily } from '../family.ts';

export const sonic: StretcherFamily<'sonic'> = {
  runtime: 'sonic',
  stage: 'stretch',
  engine: async () => (await import('./engine.ts')).openSonic,
};
