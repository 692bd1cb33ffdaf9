import type { Tensor } from '../ports.ts';

/** The parts of any ONNX Runtime's tensor that we need. */
interface RuntimeTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** A result of ONNX Runtime as a tensor of the inference port. */
export function portTensor({ type, data, dims }: RuntimeTensor): Tensor {
  if (type === 'float32' && data instanceof Float32Array) return { type, data, dims };
  if (type === 'int64' && data instanceof BigInt64Array) return { type, data, dims };
  if (type === 'int32' && data instanceof Int32Array) return { type, data, dims };
  if (type === 'bool' && data instanceof Uint8Array) return { type, data, dims };
  throw new Error(`the graph returned a tensor of type ${type}, which the pipeline does not support`);
}
