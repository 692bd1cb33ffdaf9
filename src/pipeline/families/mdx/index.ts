import type { SeparatorFamily } from '../family.ts';

export const mdx: SeparatorFamily<'mdx'> = {
  runtime: 'mdx',
  stage: 'separate',
  separator: async () => (await import('./separator.ts')).openMdx,
};
