import { blocksOf4, blocksOf8, type Blocks, type Matrix } from './blocks.ts';
import type { GraphBuilder } from './builder.ts';
import { halvesOf } from './half.ts';
import { CONTRIB } from './model.ts';

/** Bits of a weight in the file. 32 and 16 are floats, 8 and 4 whole numbers with a factor for each block of a row. */
export type Bits = 32 | 16 | 8 | 4;

/** MatMulNBits may compute in whole numbers of 8 bits: what it multiplies with is rounded block by block. */
const ACCURACY_INT8 = 4;

/** Floats that are small beside the matrices: in 16 bits unless 32 are asked for, as floats once loaded. */
export function smallFloats(
  g: GraphBuilder,
  bits: Bits,
  values: Float32Array,
  dims: readonly number[] = [values.length],
): string {
  if (bits === 32) return g.constant(dims, values);
  return g.float(g.constant(dims, halvesOf(values)));
}

/** x · weightᵀ + bias; each row of the weight makes one output. */
export function linear(g: GraphBuilder, bits: Bits, x: string, weight: Matrix, bias?: Float32Array): string {
  const product =
    bits === 32 || bits === 16
      ? g.add('MatMul', [x, smallFloats(g, bits, transposed(weight), [weight.columns, weight.rows])])
      : blockProduct(g, bits, x, weight, heldBlocks(g, bits, weight));
  return bias === undefined ? product : g.add('Add', [product, smallFloats(g, bits, bias)]);
}

/** A table that is read row by row by token, and that says how well each row fits: both from the same bytes. */
export interface Table {
  /** @returns the rows, `[…ids, columns]` */
  rows(ids: string): string;
  /** @returns x · tableᵀ */
  scores(x: string): string;
}

export function table(g: GraphBuilder, bits: Bits, matrix: Matrix): Table {
  if (bits === 32 || bits === 16) {
    const held = smallFloats(g, bits, matrix.values, [matrix.rows, matrix.columns]);
    return {
      rows: (ids) => g.add('Gather', [held, ids]),
      scores: (x) => g.add('MatMul', [x, g.transpose(held, [1, 0])]),
    };
  }
  const held = heldBlocks(g, bits, matrix);
  return {
    rows: (ids) => rowsOfBlocks(g, bits, matrix, held, ids),
    scores: (x) => blockProduct(g, bits, x, matrix, held),
  };
}

interface HeldBlocks {
  readonly block: number;
  readonly packed: string;
  readonly scales: string;
  readonly zeros: string | undefined;
}

function heldBlocks(g: GraphBuilder, bits: 8 | 4, matrix: Matrix): HeldBlocks {
  const blocks: Blocks = bits === 8 ? blocksOf8(matrix) : blocksOf4(matrix);
  const { rows, columns } = matrix;
  const dims = [rows, columns / blocks.block, blocks.bytesOfBlock];
  return {
    block: blocks.block,
    packed: g.constant(dims, blocks.packed),
    scales: g.float(g.constant([blocks.scales.length], blocks.scales)),
    zeros: blocks.zeros && g.constant([blocks.zeros.length], blocks.zeros),
  };
}

function blockProduct(g: GraphBuilder, bits: 8 | 4, x: string, matrix: Matrix, held: HeldBlocks): string {
  const { packed, scales, zeros } = held;
  const attributes = {
    K: matrix.columns,
    N: matrix.rows,
    bits,
    block_size: held.block,
    accuracy_level: ACCURACY_INT8,
  };
  const inputs = [x, packed, scales, ...(zeros === undefined ? [] : [zeros])];
  return g.add('MatMulNBits', inputs, attributes, undefined, CONTRIB);
}

/** Only the rows that are asked for become floats. */
function rowsOfBlocks(g: GraphBuilder, bits: 8 | 4, matrix: Matrix, held: HeldBlocks, ids: string): string {
  const blocks = matrix.columns / held.block;
  const scales = g.unsqueeze(g.add('Gather', [g.reshape(held.scales, [matrix.rows, blocks]), ids]), -1);
  const packed = g.add('Gather', [held.packed, ids]);
  let numbers: string;
  if (held.zeros === undefined) {
    numbers = g.add('Sub', [g.float(packed), g.scalar(2 ** (bits - 1))]);
  } else {
    const zeros = g.add('Gather', [g.reshape(held.zeros, [matrix.rows, blocks / 2]), ids]);
    numbers = g.add('Sub', [
      halvesOfBytes(g, packed, [0, 0, blocks, held.block]),
      halvesOfBytes(g, zeros, [0, 0, blocks, 1]),
    ]);
  }
  return g.reshape(g.add('Mul', [numbers, scales]), [0, 0, matrix.columns]);
}

/** Bytes `[…, n]` → the 2n numbers of 4 bits in them, the low half first, as floats. */
function halvesOfBytes(g: GraphBuilder, bytes: string, dims: readonly number[]): string {
  const sixteen = g.constant([], Uint8Array.of(16));
  const high = g.add('Div', [bytes, sixteen]);
  const low = g.add('Sub', [bytes, g.add('Mul', [high, sixteen])]);
  const both = g.add('Concat', [g.unsqueeze(low, -1), g.unsqueeze(high, -1)], { axis: -1 });
  return g.reshape(g.float(both), dims);
}

export function transposed({ rows, columns, values }: Matrix): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = values[row * columns + column] as number;
    }
  }
  return turned;
}
