import { blocksOf4, type Matrix } from './blocks.ts';
import type { GraphBuilder } from './builder.ts';
import { bytesOf } from './bytes.ts';
import { halvesOf } from './half.ts';
import { CONTRIB } from './model.ts';

/** Bits of a weight in the file. 32 and 16 are floats; 8 have a factor per row, 4 have one per block of a row. */
export type Bits = 32 | 16 | 8 | 4;

/** MatMulNBits may compute in 8-bit integers: its other operand is rounded block by block. */
const ACCURACY_INT8 = 4;

/** Floats that are small compared with the matrices: stored in 16 bits unless 32 are requested, floats once loaded. */
export function smallFloats(
  g: GraphBuilder,
  bits: Bits,
  values: Float32Array,
  dims: readonly number[] = [values.length],
): string {
  if (bits === 32) return g.constant(dims, values);
  return g.float(g.constant(dims, halvesOf(values)));
}

/** x · weightᵀ + bias; each row of the weight gives one output. */
export function linear(g: GraphBuilder, bits: Bits, x: string, weight: Matrix, bias?: Float32Array): string {
  const product = productOf(g, bits, x, weight);
  return bias === undefined ? product : g.add('Add', [product, smallFloats(g, bits, bias)]);
}

function productOf(g: GraphBuilder, bits: Bits, x: string, weight: Matrix): string {
  if (bits === 8) return byteProduct(g, x, heldBytes(g, weight));
  if (bits === 4) return blockProduct(g, x, weight, heldBlocks(g, weight));
  return g.add('MatMul', [x, smallFloats(g, bits, transposed(weight), [weight.columns, weight.rows])]);
}

/** An embedding table that also serves as the output layer: both use the same bytes. */
export interface Table {
  /** @returns the rows, `[windows, read, columns]` @param ids `[windows, read]` */
  rows(ids: string): string;
  /** @returns x · tableᵀ */
  scores(x: string): string;
}

export function table(g: GraphBuilder, bits: Bits, matrix: Matrix): Table {
  if (bits === 8) {
    const held = heldBytes(g, matrix);
    return { rows: (ids) => rowsOfBytes(g, held, ids), scores: (x) => byteProduct(g, x, held) };
  }
  if (bits === 4) {
    const held = heldBlocks(g, matrix);
    return {
      rows: (ids) => rowsOfBlocks(g, matrix, held, ids),
      scores: (x) => blockProduct(g, x, matrix, held),
    };
  }
  const held = smallFloats(g, bits, matrix.values, [matrix.rows, matrix.columns]);
  return {
    rows: (ids) => g.add('Gather', [held, ids]),
    scores: (x) => g.add('MatMul', [x, g.transpose(held, [1, 0])]),
  };
}

interface HeldBytes {
  readonly turned: string;
  readonly scales: string;
}

function heldBytes(g: GraphBuilder, matrix: Matrix): HeldBytes {
  const { turned, scales } = bytesOf(matrix);
  return {
    turned: g.constant([matrix.columns, matrix.rows], turned),
    scales: g.constant([matrix.rows], scales),
  };
}

/** The other operand is rounded to 8 bits too, with one factor for all of it, so windows are best heard one by one. */
function byteProduct(g: GraphBuilder, x: string, { turned, scales }: HeldBytes): string {
  return g.add('DynamicQuantizeMatMul', [x, turned, scales], {}, undefined, CONTRIB);
}

function rowsOfBytes(g: GraphBuilder, { turned, scales }: HeldBytes, ids: string): string {
  const numbers = g.transpose(g.float(g.add('Gather', [turned, ids], { axis: 1 })), [1, 2, 0]);
  return g.add('Mul', [numbers, g.unsqueeze(g.add('Gather', [scales, ids]), -1)]);
}

interface HeldBlocks {
  readonly block: number;
  readonly packed: string;
  readonly scales: string;
  readonly zeros: string;
}

function heldBlocks(g: GraphBuilder, matrix: Matrix): HeldBlocks {
  const { block, packed, bytesOfBlock, scales, zeros } = blocksOf4(matrix);
  const { rows, columns } = matrix;
  return {
    block,
    packed: g.constant([rows, columns / block, bytesOfBlock], packed),
    scales: g.float(g.constant([scales.length], scales)),
    zeros: g.constant([zeros.length], zeros),
  };
}

function blockProduct(g: GraphBuilder, x: string, matrix: Matrix, held: HeldBlocks): string {
  const { packed, scales, zeros } = held;
  const attributes = {
    K: matrix.columns,
    N: matrix.rows,
    bits: 4,
    block_size: held.block,
    accuracy_level: ACCURACY_INT8,
  };
  return g.add('MatMulNBits', [x, packed, scales, zeros], attributes, undefined, CONTRIB);
}

/** Only the requested rows become floats. */
function rowsOfBlocks(g: GraphBuilder, matrix: Matrix, held: HeldBlocks, ids: string): string {
  const blocks = matrix.columns / held.block;
  const scales = g.unsqueeze(g.add('Gather', [g.reshape(held.scales, [matrix.rows, blocks]), ids]), -1);
  const packed = g.add('Gather', [held.packed, ids]);
  const zeros = g.add('Gather', [g.reshape(held.zeros, [matrix.rows, blocks / 2]), ids]);
  const numbers = g.add('Sub', [
    halvesOfBytes(g, packed, [0, 0, blocks, held.block]),
    halvesOfBytes(g, zeros, [0, 0, blocks, 1]),
  ]);
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
