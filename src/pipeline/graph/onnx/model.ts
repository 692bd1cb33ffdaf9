import { field, float, integer, join, whole, type Pieces } from './protobuf.ts';

/** The messages of onnx.proto3, with the field numbers beside each. */

/** Element types of TensorProto. */
export const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
export const INT64 = 7;
export const BOOL = 9;
const FLOAT16 = 10;

/** ONNX Runtime's own operators. */
export const CONTRIB = 'com.microsoft';
/** The operator set that all supported runtimes have. */
const OPSET = 17;
const IR_VERSION = 8;

/** An attribute: one or more integers, a text, a graph, or a float where marked as one. */
export type Attribute = number | string | readonly number[] | GraphParts | { readonly float: number };
export type Attributes = Readonly<Record<string, Attribute>>;
/** Lengths of a tensor's axes; a name stands for one known only when the graph runs. */
export type Dims = readonly (number | string)[];

export interface GraphParts {
  readonly nodes: readonly Pieces[];
  readonly initializers: readonly Pieces[];
  readonly inputs: readonly Pieces[];
  readonly outputs: readonly Pieces[];
}

/** NodeProto: input 1, output 2, op_type 4, attribute 5, domain 7. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes = {},
  domain = '',
): Pieces {
  return join([
    ...inputs.map((input) => field(1, input)),
    ...outputs.map((output) => field(2, output)),
    field(4, op),
    ...Object.entries(attributes).map(([name, value]) => field(5, attribute(name, value))),
    ...(domain === '' ? [] : [field(7, domain)]),
  ]);
}

/** AttributeProto: name 1, f 2, i 3, s 4, g 6, ints 8, type 20. */
function attribute(name: string, value: Attribute): Pieces {
  if (typeof value === 'number') return join([field(1, name), integer(3, value), integer(20, 2)]);
  if (typeof value === 'string') return join([field(1, name), field(4, value), integer(20, 3)]);
  if ('float' in value) return join([field(1, name), float(2, value.float), integer(20, 1)]);
  if ('nodes' in value) return join([field(1, name), field(6, graphProto(value, name)), integer(20, 5)]);
  return join([field(1, name), ...value.map((each) => integer(8, each)), integer(20, 7)]);
}

/** A tensor's data as in memory (little-endian); unsigned 16 bits are halves. */
export type RawData = Float32Array | BigInt64Array | Uint16Array | Uint8Array | Int8Array;

function typeOf(data: RawData): number {
  if (data instanceof Float32Array) return FLOAT;
  if (data instanceof BigInt64Array) return INT64;
  if (data instanceof Uint16Array) return FLOAT16;
  return data instanceof Uint8Array ? UINT8 : INT8;
}

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
export function tensor(name: string, dims: readonly number[], data: RawData): Pieces {
  return join([
    ...dims.map((dim) => integer(1, dim)),
    integer(2, typeOf(data)),
    field(8, name),
    field(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

/** TensorProto whose values are in a file beside the graph: external_data 13 → key 1, value 2; data_location 14. */
export function outsideTensor(
  name: string,
  dims: readonly number[],
  type: number,
  place: { readonly location: string; readonly offset: number; readonly length: number },
): Pieces {
  return join([
    ...dims.map((dim) => integer(1, dim)),
    integer(2, type),
    field(8, name),
    ...Object.entries(place).map(([key, value]) => field(13, join([field(1, key), field(2, String(value))]))),
    integer(14, 1),
  ]);
}

/** ValueInfoProto: name 1, type 2 → tensor_type 1 → elem_type 1, shape 2 → dim 1 → dim_value 1 | dim_param 2. */
export function valueInfo(name: string, type: number, dims: Dims): Pieces {
  const shape = dims.map((dim) => field(1, typeof dim === 'number' ? integer(1, dim) : field(2, dim)));
  return join([field(1, name), field(2, field(1, join([integer(1, type), field(2, join(shape))])))]);
}

/** GraphProto: node 1, name 2, initializer 5, input 11, output 12. */
function graphProto(graph: GraphParts, name: string): Pieces {
  return join([
    ...graph.nodes.map((each) => field(1, each)),
    field(2, name),
    ...graph.initializers.map((each) => field(5, each)),
    ...graph.inputs.map((each) => field(11, each)),
    ...graph.outputs.map((each) => field(12, each)),
  ]);
}

/** The bytes of an .onnx file. ModelProto: ir_version 1, graph 7, opset_import 8 → domain 1, version 2. */
export function onnxModel(graph: GraphParts): Uint8Array<ArrayBuffer> {
  const contrib = join([field(1, CONTRIB), integer(2, 1)]);
  return whole(
    join([
      integer(1, IR_VERSION),
      field(7, graphProto(graph, 'graph')),
      field(8, integer(2, OPSET)),
      field(8, contrib),
    ]),
  );
}
