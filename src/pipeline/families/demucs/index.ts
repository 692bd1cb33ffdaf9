import type { SeparatorFamily } from '../family.ts';

export const demucs: SeparatorFamily<'demucs'> = {
  runtime: 'demucs',
  stage: 'separate',
  separator: async () => (await import('./separator.ts')).openDemucs,
};
