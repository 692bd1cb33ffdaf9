import { floatsOfHalves } from '../../graph/onnx/half.ts';

/** Named weights, read as floats whatever their stored type. */
export interface Weights {
  has(name: string): boolean;
  /** @throws Error when there is no such tensor */
  dims(name: string): readonly number[];
  /** A copy of its numbers, row-major. */
  floats(name: string): Float32Array;
}

interface Stored {
  readonly dims: readonly number[];
  readonly kind: number;
  readonly bytes: Uint8Array;
}

/** CTranslate2's numbers for tensor types (DataType in its include/ctranslate2/types.h). */
const [FLOAT32, INT8, INT16, INT32, FLOAT16] = [0, 1, 2, 3, 4];
/** Versions of model.bin in which a tensor has its type and its size in bytes, and aliases follow the tensors. */
const OLDEST_VERSION = 4;
const NEWEST_VERSION = 6;

/**
 * Reads the weights of a CTranslate2 model (`model.bin`): floats of 32 or 16 bits, or whole numbers of 8 or 16 bits
 * with a factor beside them. Nothing is converted to floats before it is read.
 * @throws Error when it is another file, another version, or truncated
 */
export function readCTranslate2(bytes: Uint8Array): Weights {
  const reader = new Reader(bytes);
  const version = reader.uint32();
  if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
    throw new Error(`model.bin has version ${version}, which cannot be read`);
  }
  reader.text();
  reader.uint32();
  const tensors = new Map<string, Stored>();
  for (let count = reader.uint32(); count > 0; count--) tensors.set(reader.text(), reader.tensor());
  for (let count = reader.uint32(); count > 0; count--) {
    const alias = reader.text();
    tensors.set(alias, held(tensors, reader.text()));
  }
  return {
    has: (name) => tensors.has(name),
    dims: (name) => held(tensors, name).dims,
    floats: (name) => scaled(numbersOf(held(tensors, name)), tensors, name),
  };
}

function held(tensors: ReadonlyMap<string, Stored>, name: string): Stored {
  const found = tensors.get(name);
  if (found === undefined) throw new Error(`model.bin has no ${name}`);
  return found;
}

/** Whole numbers are a float times its factor: one for each row, or one for all. */
function scaled(numbers: Float32Array, tensors: ReadonlyMap<string, Stored>, name: string): Float32Array {
  const scale = tensors.get(`${name}_scale`);
  if (scale === undefined) return numbers;
  const factors = numbersOf(scale);
  const row = numbers.length / factors.length;
  return numbers.map((value, index) => value / (factors[Math.floor(index / row)] as number));
}

function numbersOf({ kind, bytes }: Stored): Float32Array {
  // A copy, because data in the file is not aligned and typed arrays must be.
  const { buffer } = new Uint8Array(bytes);
  switch (kind) {
    case FLOAT32:
      return new Float32Array(buffer);
    case FLOAT16:
      return floatsOfHalves(new Uint16Array(buffer));
    case INT8:
      return new Float32Array(new Int8Array(buffer));
    case INT16:
      return new Float32Array(new Int16Array(buffer));
    case INT32:
      return new Float32Array(new Int32Array(buffer));
    default:
      throw new Error(`model.bin has numbers of an unknown type, ${kind}`);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  /** A 16-bit length, then that many bytes, the last of them 0. */
  text(): string {
    const length = this.#view.getUint16(this.#step(2), true);
    const from = this.#step(length);
    return new TextDecoder().decode(this.#bytes.subarray(from, from + length - 1));
  }

  tensor(): Stored {
    const rank = this.#view.getUint8(this.#step(1));
    const dims = Array.from({ length: rank }, () => this.uint32());
    const kind = this.#view.getUint8(this.#step(1));
    const size = this.uint32();
    const from = this.#step(size);
    return { dims, kind, bytes: this.#bytes.subarray(from, from + size) };
  }

  #step(size: number): number {
    const from = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new Error('model.bin is truncated');
    return from;
  }
}
