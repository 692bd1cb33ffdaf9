import { bestTokens } from '../../graph/candidates.ts';
import type { HubTensor, Library } from '../library.ts';
import { CHOICES, Row, type Choice } from './row.ts';
import type { WhisperSettings } from './settings.ts';

/** A model of the library whose decoder is called step by step. */
export interface StepModel {
  forward(inputs: object): Promise<object>;
}

export interface DecodeRun {
  readonly library: Library;
  readonly model: StepModel;
  readonly settings: WhisperSettings;
  /** The encoder's output, `[rows, frames, width]`. */
  readonly hidden: HubTensor;
  /** The same for every row. */
  readonly prompt: readonly number[];
}

type Outputs = Readonly<Record<string, HubTensor>>;
type Cache = InstanceType<Library['DynamicCache']>;

/**
 * Decodes a batch of windows greedily. The library's own `generate` continues rows that have ended, keeps the attention
 * of every head and cannot start from an encoder's output; so the loop is here and the library does the steps, with its
 * caches on the device. A row ends at its end token, whatever the others do: it is decoded as it would be alone.
 */
export async function decodeBatch(run: DecodeRun, frames: readonly number[]): Promise<Row[]> {
  const { settings, prompt } = run;
  const rows = frames.map((count) => new Row(count, settings));
  let cache: Cache | undefined;
  let inputs: readonly (readonly number[])[] = rows.map(() => prompt);
  try {
    for (let step = 0; step <= settings.mostTokens; step++) {
      const outputs = await forward(run, inputs, cache);
      cache = kept(run.library, outputs, cache);
      const logits = floats(outputs['logits']);
      // The logits after the start token are those at the first position.
      if (step === 0) rows.forEach((row, index) => row.hear(placeOf(logits, index, 0)));
      const looks = looksOf(outputs, settings);
      const read = inputs[0]?.length ?? 1;
      for (const [index, row] of rows.entries()) {
        for (let place = 0; place < read; place++)
          row.look((head) => lookOf(looks, settings, index, head, place));
        row.take(choicesOf(logits, index, settings, row.tokens.length === 0));
      }
      if (rows.every((row) => row.ended)) break;
      inputs = rows.map((row) => [row.last]);
    }
    return rows;
  } finally {
    await cache?.dispose();
  }
}

/** The logits after a prompt, `[rows, vocabulary]`, with nothing kept. */
export async function firstLogits(run: DecodeRun, rows: number): Promise<Float32Array[]> {
  const inputs = Array.from({ length: rows }, () => run.prompt);
  const outputs = await forward(run, inputs, undefined);
  await kept(run.library, outputs, undefined).dispose();
  const logits = floats(outputs['logits']);
  return Array.from({ length: rows }, (_, row) => placeOf(logits, row, 0));
}

async function forward(
  { library, model, hidden }: DecodeRun,
  inputs: readonly (readonly number[])[],
  cache: Cache | undefined,
): Promise<Outputs> {
  const dims = [inputs.length, inputs[0]?.length ?? 0];
  const ids = BigInt64Array.from(inputs.flat(), BigInt);
  return (await model.forward({
    encoder_outputs: hidden,
    decoder_input_ids: new library.Tensor('int64', ids, dims),
    // Whisper does not use it, but the library takes the number of rows from it.
    decoder_attention_mask: new library.Tensor(
      'int64',
      ids.map(() => 1n),
      dims,
    ),
    past_key_values: cache,
  })) as Outputs;
}

/** The attention caches for the next step. What was computed from the encoder's output in the first step stays. */
function kept(library: Library, outputs: Outputs, cache: Cache | undefined): Cache {
  const entries: Record<string, HubTensor> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    if (!name.startsWith('present.')) continue;
    if (cache !== undefined && name.includes('.encoder.')) tensor.dispose();
    else entries[name.replace('present', 'past_key_values')] = tensor;
  }
  if (cache === undefined) return new library.DynamicCache(entries);
  cache.update(entries);
  return cache;
}

interface Floats {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

function floats(tensor: HubTensor | undefined): Floats {
  const { data, dims } = tensor?.to('float32') ?? {};
  if (!(data instanceof Float32Array) || dims === undefined) throw new Error('the decoder gives no numbers');
  return { data, dims };
}

/** What each layer with alignment heads looked at, converted to numbers once for all rows and heads. */
function looksOf(outputs: Outputs, { alignmentHeads }: WhisperSettings): ReadonlyMap<number, Floats> {
  const layers = new Set(alignmentHeads.map(([layer]) => layer));
  return new Map(Array.from(layers, (layer) => [layer, floats(outputs[`cross_attentions.${layer}`])]));
}

/** One head's frames at one position of a row. */
function lookOf(
  looks: ReadonlyMap<number, Floats>,
  { alignmentHeads }: WhisperSettings,
  row: number,
  index: number,
  place: number,
): Float32Array {
  const [layer, head] = alignmentHeads[index] as readonly [number, number];
  const { data, dims } = looks.get(layer) as Floats;
  const [, heads = 0, places = 0, frames = 0] = dims;
  const from = ((row * heads + head) * places + place) * frames;
  return data.subarray(from, from + frames);
}

/** The scores at one position of a row. */
function placeOf({ data, dims }: Floats, row: number, place: number): Float32Array {
  const [, places = 1, size = 0] = dims;
  const from = (row * places + place) * size;
  return data.subarray(from, from + size);
}

/** The best tokens after the last position of a row, among those that may be said. */
function choicesOf(
  { data, dims }: Floats,
  index: number,
  { firstTime, suppressed, suppressedAtStart }: WhisperSettings,
  first: boolean,
): Choice[] {
  const [, places = 1, size = 0] = dims;
  const row = index * places + places - 1;
  data.fill(-Infinity, row * size + firstTime, (row + 1) * size);
  const banned = first ? [...suppressed, ...suppressedAtStart] : suppressed;
  return bestTokens(data, size, { row, logProb: 0 }, CHOICES, banned);
}
