/** Longest pattern, in tokens, whose repetition counts as a loop. */
const LONGEST_PERIOD = 12;

/**
 * How often the pattern at the sequence's end is repeated in a row; the maximum over all pattern lengths. `[5, 8, 9, 8,
 * 9]` → 2.
 */
function repeatsAtEnd(tokens: readonly number[], period: number): number {
  const { length } = tokens;
  let matched = 0;
  while (
    matched < length - period &&
    tokens[length - 1 - matched] === tokens[length - 1 - matched - period]
  ) {
    matched++;
  }
  return 1 + Math.floor(matched / period);
}

/** The most times in a row that any pattern occurs in the tokens: a faithful translation may repeat as much. */
export function mostRepeats(tokens: readonly number[]): number {
  let most = 1;
  for (let end = 1; end <= tokens.length; end++) {
    const prefix = tokens.slice(Math.max(0, end - 8 * LONGEST_PERIOD), end);
    for (let period = 1; period <= LONGEST_PERIOD; period++)
      most = Math.max(most, repeatsAtEnd(prefix, period));
  }
  return most;
}

/**
 * Whether the tokens end in a loop, which weak models fall into: a pattern repeated more often in a row than `allowed`
 * (a single token may always occur three times, a longer pattern twice).
 */
export function endsInLoop(tokens: readonly number[], allowed: number): boolean {
  for (let period = 1; period <= LONGEST_PERIOD && 2 * period <= tokens.length; period++) {
    if (repeatsAtEnd(tokens, period) > Math.max(allowed, period === 1 ? 3 : 2)) return true;
  }
  return false;
}
