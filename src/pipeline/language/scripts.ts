/** Scripts that put no space between words. */
export const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Joins pieces of text with spaces, except where their script uses none. */
export function joinedText(pieces: readonly string[]): string {
  const written = pieces.filter((piece) => piece !== '');
  return written
    .map((piece, index) => {
      const closed = index === 0 || unspacedBetween(written[index - 1] ?? '', piece);
      return closed ? piece : ` ${piece}`;
    })
    .join('');
}

/** Whether no space belongs between these. */
export function unspacedBetween(before: string, after: string): boolean {
  return isUnspaced(before.at(-1)) && isUnspaced(after.at(0));
}

/** Whether a character belongs to such a script, or is one of its marks. */
function isUnspaced(character = ''): boolean {
  return UNSPACED.test(character) || /[\u3000-\u303f\uff00-\uffef]/.test(character);
}
