/** Edits of words (insert, delete, replace) from `heard` to `said`, per word said. Case and marks are ignored. */
export function wordErrorRate(said: string, heard: string): number {
  const reference = wordsOf(said);
  const hypothesis = wordsOf(heard);
  let row = Array.from({ length: hypothesis.length + 1 }, (_, index) => index);
  for (const [index, word] of reference.entries()) {
    const next = [index + 1];
    for (const [other, guess] of hypothesis.entries()) {
      const replace = (row[other] ?? 0) + (word === guess ? 0 : 1);
      next.push(Math.min(replace, (row[other + 1] ?? 0) + 1, (next[other] ?? 0) + 1));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / reference.length;
}

function wordsOf(text: string): string[] {
  const plain = text.toLowerCase().replace(/\bmr\b/g, 'mister');
  return plain.match(/[\p{L}\p{N}']+/gu) ?? [];
}
