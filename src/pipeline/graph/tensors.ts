import type { Tensor } from '../ports.ts';

export type FloatTensor = Extract<Tensor, { type: 'float32' }>;
export type IntTensor = Extract<Tensor, { type: 'int64' }>;
type RowTensor = FloatTensor | IntTensor;

export function float32(tensor: Tensor | undefined, name: string): FloatTensor {
  if (tensor?.type !== 'float32') throw new TypeError(`The graph returned no float32 ${name}.`);
  return tensor;
}

/** Rows of token ids, padded on the right to the longest, and the mask that says which are real. */
export function padded(
  rows: readonly (readonly number[])[],
  pad: number,
): { ids: IntTensor; mask: IntTensor } {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const ids = new BigInt64Array(rows.length * width).fill(BigInt(pad));
  const mask = new BigInt64Array(rows.length * width);
  rows.forEach((row, index) => {
    row.forEach((id, position) => {
      ids[index * width + position] = BigInt(id);
      mask[index * width + position] = 1n;
    });
  });
  const dims = [rows.length, width];
  return { ids: { type: 'int64', data: ids, dims }, mask: { type: 'int64', data: mask, dims } };
}

/** One token per row: what a decoder with a cache reads at each step. */
export function column(tokens: readonly number[]): IntTensor {
  return { type: 'int64', data: BigInt64Array.from(tokens, BigInt), dims: [tokens.length, 1] };
}

/** A cache that is still empty: `[rows, heads, 0, size]`. */
export function emptyCache(rows: number, heads: number, size: number): FloatTensor {
  return { type: 'float32', data: new Float32Array(), dims: [rows, heads, 0, size] };
}

/**
 * The tensor whose row i is row `rows[i]` of the given one (axis 0). Runs of neighbouring rows are copied at
 * once; when every row stays where it is, the tensor itself is returned and nothing is copied.
 */
export function gatherRows<T extends RowTensor>(tensor: T, rows: readonly number[]): T {
  const [count = 0, ...rest] = tensor.dims;
  if (rows.length === count && rows.every((row, index) => row === index)) return tensor;
  const size = rest.reduce((product, dim) => product * dim, 1);
  const dims = [rows.length, ...rest];
  const { data } = tensor;
  const gathered =
    data instanceof Float32Array
      ? new Float32Array(rows.length * size)
      : new BigInt64Array(rows.length * size);
  let to = 0;
  while (to < rows.length) {
    const from = rows[to]!;
    let run = 1;
    while (to + run < rows.length && rows[to + run] === from + run) run++;
    gathered.set(data.subarray(from * size, (from + run) * size) as never, to * size);
    to += run;
  }
  return { ...tensor, data: gathered, dims };
}
