import type { Matrix } from './blocks.ts';

/** A matrix in 8 bits as DynamicQuantizeMatMul takes it: each row has its own factor, and becomes a column. */
export interface Bytes {
  /** `[columns, rows]` */
  readonly turned: Int8Array;
  /** One for each row. */
  readonly scales: Float32Array;
}

/**
 * Processors without VNNI add two products of a byte and a signed byte in 16 bits and clip the result (ONNX Runtime
 * calls this saturation). With 127 that can happen to one pair of Whisper's weights in 500, with 96 to one in 15,000.
 */
const MOST = 96;

/** Each row is scaled to −96…96 around zero, so that its largest number is exact. */
export function bytesOf({ rows, columns, values }: Matrix): Bytes {
  const turned = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const part = values.subarray(row * columns, (row + 1) * columns);
    let most = 0;
    for (let column = 0; column < columns; column++) most = Math.max(most, Math.abs(part[column] as number));
    // A row of zeros may have any factor except zero.
    const scale = most / MOST || 1;
    scales[row] = scale;
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = Math.round((part[column] as number) / scale);
    }
  }
  return { turned, scales };
}
