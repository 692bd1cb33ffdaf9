import { float32 } from '../../graph/tensors.ts';
import type { Session, Tensor } from '../../ports.ts';
import { windowSamples } from './mel.ts';
import { Row, type Choice } from './row.ts';
import type { WhisperSettings } from './settings.ts';

/** The graphs that `prepareWhisper` writes, opened. */
export interface PreparedGraphs {
  readonly encoder: Session;
  readonly decoder: Session;
  readonly settings: WhisperSettings;
  readonly layers: number;
  readonly heads: number;
  /** Values of a head. */
  readonly size: number;
  /** Frames of the encoder's output. */
  readonly frames: number;
}

type Tensors = Readonly<Record<string, Tensor>>;

/** What the decoder attends to, for all windows together. */
export async function encode(
  { encoder, frames }: PreparedGraphs,
  windows: readonly Float32Array[],
): Promise<Tensors> {
  const samples = windowSamples(frames);
  const joined: Record<string, { data: Float32Array; dims: readonly number[] }> = {};
  // One by one: several at once take more memory and are no faster on the CPU.
  for (const [row, window] of windows.entries()) {
    const data = new Float32Array(samples);
    data.set(window.subarray(0, samples));
    const outputs = await encoder.run({ sound: { type: 'float32', data, dims: [1, samples] } });
    for (const [name, output] of Object.entries(outputs)) {
      const { data: part, dims } = float32(output, name);
      if (windows.length === 1) {
        joined[name] = { data: part, dims };
        continue;
      }
      joined[name] ??= {
        data: new Float32Array(windows.length * part.length),
        dims: [windows.length, ...dims.slice(1)],
      };
      joined[name].data.set(part, row * part.length);
    }
  }
  const entries = Object.entries(joined);
  return Object.fromEntries(entries.map(([name, tensor]) => [name, { type: 'float32', ...tensor }]));
}

/** The scores of every token after the start token, for each window: they reveal the language and silence. */
export async function firstScores(
  graphs: PreparedGraphs,
  cross: Tensors,
  rows: number,
): Promise<Float32Array[]> {
  const { startToken } = graphs.settings;
  const decoding = new Decoding(graphs, cross, rows);
  const outputs = await decoding.read(
    Array.from({ length: rows }, () => [startToken]),
    false,
    ['logits'],
  );
  return rowsOf(outputs['logits'], 'logits');
}

/**
 * Decodes windows together, greedily. A row ends at its end token, whatever the others do: it is decoded as it would be
 * alone.
 * @param frames of each window that represent sound
 * @param prompt the same for every row, the start token first
 */
export async function decode(
  graphs: PreparedGraphs,
  cross: Tensors,
  frames: readonly number[],
  prompt: readonly number[],
): Promise<Row[]> {
  const { settings } = graphs;
  const decoding = new Decoding(graphs, cross, frames.length);
  const rows = frames.map((count) => new Row(count, settings));
  const every = (tokens: readonly number[]): (readonly number[])[] => rows.map(() => tokens);

  const first = await decoding.read(every(prompt.slice(0, 1)), false, ['logits', 'looks']);
  rowsOf(first['logits'], 'logits').forEach((scores, index) => rows[index]?.hear(scores));
  look(rows, first['looks']);
  let inputs = every(prompt.slice(1));
  for (let started = false; rows.some((row) => !row.ended); started = true) {
    const outputs = await decoding.read(inputs, started, ['best', 'scores', 'looks']);
    look(rows, outputs['looks']);
    const choices = choicesOf(outputs);
    rows.forEach((row, index) => row.take(choices[index] ?? []));
    inputs = rows.map((row) => [row.last]);
  }
  return rows;
}

/** A batch going through the decoder; its caches pass from step to step. */
class Decoding {
  readonly #graphs: PreparedGraphs;
  readonly #cross: Tensors;
  readonly #kept: readonly string[];
  #past: Tensors;

  constructor(graphs: PreparedGraphs, cross: Tensors, rows: number) {
    const { layers, heads, size } = graphs;
    const names = Array.from({ length: layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
    const nothing: Tensor = { type: 'float32', data: new Float32Array(), dims: [rows, heads, 0, size] };
    this.#graphs = graphs;
    this.#cross = cross;
    this.#kept = names.map((name) => `present.${name}`);
    this.#past = Object.fromEntries(names.map((name) => [`past.${name}`, nothing]));
  }

  async read(
    inputs: readonly (readonly number[])[],
    started: boolean,
    wanted: readonly string[],
  ): Promise<Tensors> {
    const dims = [inputs.length, inputs[0]?.length ?? 0];
    const feeds: Tensors = {
      tokens: { type: 'int64', data: BigInt64Array.from(inputs.flat(), BigInt), dims },
      started: { type: 'int64', data: BigInt64Array.of(started ? 1n : 0n), dims: [1] },
      ...this.#past,
      ...this.#cross,
    };
    const outputs = await this.#graphs.decoder.run(feeds, [...wanted, ...this.#kept]);
    const kept = this.#kept.map((name): [string, Tensor] => [
      name.replace('present', 'past'),
      float32(outputs[name], name),
    ]);
    this.#past = Object.fromEntries(kept);
    return outputs;
  }
}

/** The rows of the first axis. */
function rowsOf(tensor: Tensor | undefined, name: string): Float32Array[] {
  const { data, dims } = float32(tensor, name);
  const count = dims[0] ?? 0;
  const size = data.length / count;
  return Array.from({ length: count }, (_, row) => data.subarray(row * size, (row + 1) * size));
}

function look(rows: readonly Row[], looks: Tensor | undefined): void {
  const [, , read = 0, frames = 0] = looks?.dims ?? [];
  rowsOf(looks, 'looks').forEach((seen, index) => {
    for (let place = 0; place < read; place++) {
      rows[index]?.look((head) =>
        seen.subarray((head * read + place) * frames, (head * read + place + 1) * frames),
      );
    }
  });
}

/** The tokens that may come next in each row, best first. */
function choicesOf({ best, scores }: Tensors): Choice[][] {
  if (best?.type !== 'int64') throw new TypeError('The graph returned no best tokens.');
  return rowsOf(scores, 'scores').map((row, index) =>
    Array.from(row, (logProb, at) => ({ token: Number(best.data[index * row.length + at]), logProb })),
  );
}
