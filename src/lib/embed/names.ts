/** Names of the element's attributes, which are also the frame's parameters. */
export const NAMES = [
  'src',
  'poster',
  'subtitles',
  'ready',
  'from',
  'to',
  'theme',
  'accent',
  'lang',
  'mode',
  'cta',
] as const;

export type Name = (typeof NAMES)[number];
