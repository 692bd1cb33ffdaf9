import { joinedBytes } from '../../joined.ts';
import { OctaviaError } from '../../errors.ts';

/** Fields of onnx.proto3 that contain names of values, by message. */
const GRAPH_OF_MODEL = 7;
const NODE_OF_GRAPH = 1;
const INPUT_OF_GRAPH = 11;
const OUTPUT_OF_GRAPH = 12;
const NAME_OF_VALUE = 1;
const INPUT_OF_NODE = 1;
const OUTPUT_OF_NODE = 2;

/** Returns bytes to replace a field's content; undefined leaves it as it is. */
type Rewrite = (field: number, content: Uint8Array) => readonly Uint8Array[] | undefined;

/**
 * Renames an ONNX model's inputs, outputs and the values between its nodes; everything else stays the same, byte for
 * byte. Graphs inside nodes are ignored.
 * @param names new names, by the old ones
 * @throws OctaviaError `model.damaged` when it is not an ONNX file
 */
export function renameValues(
  model: Uint8Array,
  names: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const old = new Set(Object.keys(names));
  const longest = Math.max(...[...old].map((name) => name.length));
  const renamed = (content: Uint8Array): Uint8Array[] | undefined => {
    if (content.length > longest) return undefined;
    const name = new TextDecoder().decode(content);
    return old.has(name) ? [new TextEncoder().encode(names[name])] : undefined;
  };
  const node: Rewrite = (field, content) =>
    field === INPUT_OF_NODE || field === OUTPUT_OF_NODE ? renamed(content) : undefined;
  const value: Rewrite = (field, content) => (field === NAME_OF_VALUE ? renamed(content) : undefined);
  const graph: Rewrite = (field, content) => {
    if (field === NODE_OF_GRAPH) return rewritten(content, node);
    return field === INPUT_OF_GRAPH || field === OUTPUT_OF_GRAPH ? rewritten(content, value) : undefined;
  };
  return joinedBytes(
    rewritten(model, (field, content) => (field === GRAPH_OF_MODEL ? rewritten(content, graph) : undefined)),
  );
}

/** A message with some of its fields rewritten, in pieces that are not copied. */
function rewritten(message: Uint8Array, rewrite: Rewrite): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < message.length;) {
    const start = at;
    const tag = varint(message, at);
    const first = tag.value % 8 === 2 ? varint(message, tag.end) : undefined;
    const end = endOf(message, tag, first);
    const content = first && message.subarray(first.end, end);
    const instead = content && rewrite(Math.floor(tag.value / 8), content);
    if (instead === undefined) pieces.push(message.subarray(start, end));
    else pieces.push(message.subarray(start, tag.end), encoded(lengthOf(instead)), ...instead);
    at = end;
  }
  return pieces;
}

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Where a field ends. */
function endOf(message: Uint8Array, { value: tag, end }: Varint, length: Varint | undefined): number {
  const ends = [
    () => varint(message, end).end,
    () => end + 8,
    () => NaN,
    () => NaN,
    () => NaN,
    () => end + 4,
  ];
  const found = length === undefined ? ends[tag % 8]?.() : length.end + length.value;
  if (found !== undefined && found <= message.length) return found;
  throw new OctaviaError('model.damaged', 'This is not an ONNX graph.');
}

function varint(message: Uint8Array, start: number): Varint {
  let value = 0;
  for (let at = start, factor = 1; at < message.length; at++, factor *= 128) {
    const byte = message[at]!;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at + 1 };
  }
  throw new OctaviaError('model.damaged', 'This is not an ONNX graph.');
}

function encoded(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
