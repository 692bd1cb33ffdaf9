/** Bytes in pieces: weights are copied into the file once, not into every message around them. */
export interface Pieces {
  readonly size: number;
  readonly parts: readonly Uint8Array[];
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

export function join(pieces: readonly Pieces[]): Pieces {
  return {
    size: pieces.reduce((sum, { size }) => sum + size, 0),
    parts: pieces.flatMap(({ parts }) => parts),
  };
}

/** The pieces as one array. */
export function whole({ size, parts }: Pieces): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A field that holds a whole number, negative ones as 64 bits. */
export function integer(field: number, value: number): Pieces {
  return piece(Uint8Array.from([...varint(field * 8 + VARINT), ...varint(value)]));
}

/** A field that holds a float of 32 bits. */
export function float(field: number, value: number): Pieces {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return join([piece(Uint8Array.from(varint(field * 8 + FIXED32))), piece(bytes)]);
}

/** A field that holds text, bytes or another message. */
export function field(number: number, value: Pieces | Uint8Array | string): Pieces {
  const body = typeof value === 'string' ? piece(new TextEncoder().encode(value)) : asPieces(value);
  const head = Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(body.size)]);
  return join([piece(head), body]);
}

function asPieces(value: Pieces | Uint8Array): Pieces {
  return value instanceof Uint8Array ? piece(value) : value;
}

function piece(bytes: Uint8Array): Pieces {
  return { size: bytes.length, parts: [bytes] };
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}
