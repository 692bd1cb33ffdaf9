import { halfOf, valueOfHalf } from './half.ts';

/** A matrix `[rows, columns]`, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** A matrix in 4 bits as ONNX Runtime's MatMulNBits takes it: each block of a row has its own factor. */
export interface Blocks {
  /** Numbers in a block. */
  readonly block: number;
  /** `[rows, blocks, bytes of a block]`; two numbers to a byte, the low half first. */
  readonly packed: Uint8Array;
  readonly bytesOfBlock: number;
  /** Halves, one for each block. */
  readonly scales: Uint16Array;
  /** The zero points, two blocks of a row per byte. */
  readonly zeros: Uint8Array;
}

/** How many numbers of a row share a factor. */
const LARGEST_BLOCK = 32;
/** MatMulNBits takes no smaller ones. */
const SMALLEST_BLOCK = 16;
const MOST_4 = 15;
/**
 * A 4-bit block may clip its largest numbers if the others gain more from it: the shares of its range that are tried.
 */
const CUTS = [1, 0.95, 0.9, 0.85, 0.8, 0.75];
/** No factor is zero. The smallest half is 6e-8. */
const SMALLEST = 6e-8;

/** The largest block that divides a row into an even number of blocks, so that the zero points fill their bytes. */
function blockOf(columns: number): number {
  let block = LARGEST_BLOCK;
  while (columns % (2 * block) !== 0 && block > SMALLEST_BLOCK) block /= 2;
  if (columns % (2 * block) !== 0)
    throw new Error(`rows of ${columns} weights cannot be divided into blocks`);
  return block;
}

/** Each block spans its smallest to its largest number, or a little less: whichever gives the least squared error. */
export function blocksOf4({ rows, columns, values }: Matrix): Blocks {
  const size = blockOf(columns);
  const packed = new Uint8Array((rows * columns) / 2);
  const scales = new Uint16Array((rows * columns) / size);
  const zeros = new Uint8Array(scales.length / 2);
  const numbers = new Uint8Array(size);
  for (let block = 0; block < scales.length; block++) {
    const part = values.subarray(block * size, (block + 1) * size);
    const { bits, scale, zero } = best4(part);
    scales[block] = bits;
    // The number of blocks in a row is even.
    zeros[block >> 1] = (zeros[block >> 1] as number) | (zero << (4 * (block % 2)));
    for (let index = 0; index < size; index++) numbers[index] = number4(part[index] as number, scale, zero);
    for (let index = 0; index < size; index += 2) {
      const pair = (numbers[index] as number) | ((numbers[index + 1] as number) << 4);
      packed[(block * size + index) / 2] = pair;
    }
  }
  return { block: size, packed, bytesOfBlock: size / 2, scales, zeros };
}

function best4(part: Float32Array): { bits: number; scale: number; zero: number } {
  const least = Math.min(0, ...part);
  const most = Math.max(0, ...part);
  let best = { bits: 0, scale: 1, zero: 0, error: Infinity };
  for (const cut of CUTS) {
    const [bits, scale] = half(((most - least) * cut) / MOST_4);
    const zero = within(Math.round((-least * cut) / scale), 0, MOST_4);
    let error = 0;
    for (let index = 0; index < part.length; index++) {
      const value = part[index] as number;
      error += ((number4(value, scale, zero) - zero) * scale - value) ** 2;
    }
    if (error < best.error) best = { bits, scale, zero, error };
  }
  return best;
}

function number4(value: number, scale: number, zero: number): number {
  return within(Math.round(value / scale + zero), 0, MOST_4);
}

/** A factor as stored, and its value. */
function half(value: number): [bits: number, value: number] {
  const bits = halfOf(Math.max(value, SMALLEST));
  return [bits, valueOfHalf(bits)];
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
