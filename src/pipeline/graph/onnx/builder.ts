import {
  FLOAT,
  node,
  onnxModel,
  outsideTensor,
  tensor,
  valueInfo,
  type Attributes,
  type Dims,
  type GraphParts,
  type RawData,
} from './model.ts';
import type { Pieces } from './protobuf.ts';

/** Builds one ONNX graph, node by node; every method returns the name of what it adds. */
export class GraphBuilder implements GraphParts {
  readonly nodes: Pieces[] = [];
  readonly initializers: Pieces[] = [];
  readonly inputs: Pieces[] = [];
  readonly outputs: Pieces[] = [];
  /** The data of all float constants, where they are in a file beside the graph. */
  readonly outside: number[] = [];
  readonly #prefix: string;
  readonly #beside: string | undefined;
  readonly #constants = new Map<string, string>();
  #last = 0;

  /**
   * @param prefix of generated names, for a graph inside another
   * @param beside name of a file for the float constants, instead of the graph itself
   */
  constructor(prefix = '', beside?: string) {
    this.#prefix = prefix;
    this.#beside = beside;
  }

  /** @param output its name; generated when absent */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    output = this.#name(op),
    domain = '',
  ): string {
    this.nodes.push(node(op, inputs, [output], attributes, domain));
    return output;
  }

  /** A node with several outputs. */
  several(op: string, inputs: readonly string[], count: number, attributes: Attributes = {}): string[] {
    const outputs = Array.from({ length: count }, () => this.#name(op));
    this.nodes.push(node(op, inputs, outputs, attributes));
    return outputs;
  }

  input(name: string, type: number, dims: Dims): string {
    this.inputs.push(valueInfo(name, type, dims));
    return name;
  }

  /** Makes an inner value an output under a name. */
  output(name: string, value: string, type: number, dims: Dims): void {
    this.add('Identity', [value], {}, name);
    this.outputs.push(valueInfo(name, type, dims));
  }

  /** A constant with the bytes of a typed array. */
  constant(dims: readonly number[], data: RawData): string {
    const name = this.#name('constant');
    this.initializers.push(tensor(name, dims, data));
    return name;
  }

  /** Equal ones are stored once. */
  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const key = `${values.join()}/${dims.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.constant(dims, BigInt64Array.from(values, BigInt));
    this.#constants.set(key, name);
    return name;
  }

  floats(values: ArrayLike<number>, dims: readonly number[] = [values.length]): string {
    const data = new Float32Array(values);
    if (this.#beside === undefined) return this.constant(dims, data);
    const name = this.#name('constant');
    const place = { location: this.#beside, offset: 4 * this.outside.length, length: data.byteLength };
    this.initializers.push(outsideTensor(name, dims, FLOAT, place));
    this.outside.push(...data);
    return name;
  }

  scalar(value: number): string {
    return this.floats([value], []);
  }

  /** A matrix that is zero except for some cells. */
  sparse(rows: number, columns: number, cells: Iterable<readonly [number, number, number]>): string {
    const values = new Float32Array(rows * columns);
    for (const [row, column, value] of cells) values[row * columns + column] = value;
    return this.floats(values, [rows, columns]);
  }

  float(value: string): string {
    return this.add('Cast', [value], { to: FLOAT });
  }

  /** Length of an axis, int64 without dimensions. */
  length(value: string, axis: number): string {
    return this.add('Gather', [this.add('Shape', [value]), this.ints([axis], [])]);
  }

  range(from: string, to: string): string {
    return this.add('Range', [from, to, this.ints([1], [])]);
  }

  unsqueeze(value: string, ...axes: number[]): string {
    return this.add('Unsqueeze', [value, this.ints(axes)]);
  }

  reshape(value: string, dims: readonly number[]): string {
    return this.add('Reshape', [value, this.ints(dims)]);
  }

  transpose(value: string, perm: readonly number[]): string {
    return this.add('Transpose', [value], { perm });
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return onnxModel(this);
  }

  #name(what: string): string {
    return `${this.#prefix}${what.toLowerCase()}${++this.#last}`;
  }
}
