/**
 * Groups items of similar length, so that little is padded.
 * @param lengths tokens of each item
 * @param mostTokens padded tokens in a batch
 * @param mostRows items in a batch
 * @returns indexes of the items, longest batch first (slowness and lack of memory show early)
 */
export function batchesByLength(
  lengths: readonly number[],
  mostTokens: number,
  mostRows: number,
): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const index of order) {
    const width = lengths[batch[0] ?? index]!;
    if (batch.length > 0 && (batch.length >= mostRows || (batch.length + 1) * width > mostTokens)) {
      batches.push(batch);
      batch = [];
    }
    batch.push(index);
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
