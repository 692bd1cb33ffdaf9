/** Names of the element's attributes, which the frame takes as parameters. */
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
