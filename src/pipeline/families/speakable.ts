/** Characters that keyboards and typesetters use but speech models were not trained on. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/[‘’‚‛´`]/g, "'"],
  [/[“”„‟«»]/g, '"'],
  [/[‐‑‒–—―]/g, '-'],
  [/…/g, '...'],
  [/&/g, ' & '],
  [/[<>[\]{}|\\^~_*#=]|\p{Cc}|\p{Extended_Pictographic}|\uFE0F/gu, ' '],
];

/** A line as speech models read it: plain punctuation, nothing that looks like a tag, and a mark at the end. */
export function speakable(text: string): string {
  const plain = PLAIN.reduce((whole, [what, by]) => whole.replace(what, by), text.normalize('NFC'));
  const tidy = plain.replace(/\s+/g, ' ').trim();
  return tidy === '' || /[.!?;:,'")。！？]$/.test(tidy) ? tidy : `${tidy}.`;
}
