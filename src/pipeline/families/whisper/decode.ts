import { bestTokens } from '../../graph/candidates.ts';
import { endsInLoop } from '../../graph/loops.ts';
import type { HubTensor, Library } from '../library.ts';
import type { WhisperSettings } from './settings.ts';
import type { DecodedWindow } from './words.ts';

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

export interface DecodedRow extends DecodedWindow {
  /** Mean log-probability of its tokens, the end included. */
  readonly meanLogProb: number;
  /** Probability that nothing is said, as the model sees it. */
  readonly noSpeech: number;
}

/** Nobody repeats anything more often in one breath; Whisper in a loop does. */
const MOST_REPEATS = 5;
/** How many of the best tokens may be refused because they would go on with a loop. */
const CHOICES = 4;

type Outputs = Readonly<Record<string, HubTensor>>;
type Cache = InstanceType<Library['DynamicCache']>;

/**
 * Decodes a batch of windows greedily. The library's own `generate` goes on with rows that have ended, keeps the
 * attention of every head and cannot start from an encoder's output; so the loop is here and the library does
 * the steps, its caches staying on the device. A row ends at its end token, whatever the others do: it is
 * decoded as it would be alone.
 */
export async function decodeBatch(run: DecodeRun, frames: readonly number[]): Promise<DecodedRow[]> {
  const { settings, prompt } = run;
  const rows = frames.map((count) => new Row(count, settings));
  let cache: Cache | undefined;
  let inputs: readonly (readonly number[])[] = rows.map(() => prompt);
  try {
    for (let step = 0; step <= settings.mostTokens; step++) {
      const outputs = await forward(run, inputs, cache);
      cache = kept(run.library, outputs, cache);
      const logits = floats(outputs['logits']);
      if (step === 0) rows.forEach((row, index) => row.hear(logits, index * prompt.length));
      const looks = looksOf(outputs, settings);
      rows.forEach((row, index) => row.look(looks, index, prompt.length));
      rows.forEach((row, index) => row.take(logits, index));
      if (rows.every((row) => row.ended)) break;
      inputs = rows.map((row) => [row.last]);
    }
    return rows;
  } finally {
    await cache?.dispose();
  }
}

/** The logits after a prompt, `[rows, vocabulary]`, with nothing kept. */
export async function firstLogits(
  run: DecodeRun,
  rows: number,
): Promise<{ data: Float32Array; size: number }> {
  const inputs = Array.from({ length: rows }, () => run.prompt);
  const outputs = await forward(run, inputs, undefined);
  await kept(run.library, outputs, undefined).dispose();
  const { data, dims } = floats(outputs['logits']);
  return { data, size: dims[2] ?? 0 };
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
    // Whisper has no use for it, but the library takes the number of rows from it.
    decoder_attention_mask: new library.Tensor(
      'int64',
      ids.map(() => 1n),
      dims,
    ),
    past_key_values: cache,
  })) as Outputs;
}

/** The attention caches for the next step. What was computed of the encoder's output stays as it was first. */
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

/** What each layer that has alignment heads looked at: turned into numbers once, for all rows and heads. */
function looksOf(outputs: Outputs, { alignmentHeads }: WhisperSettings): ReadonlyMap<number, Floats> {
  const layers = new Set(alignmentHeads.map(([layer]) => layer));
  return new Map(Array.from(layers, (layer) => [layer, floats(outputs[`cross_attentions.${layer}`])]));
}

class Row implements DecodedRow {
  readonly tokens: number[] = [];
  readonly probabilities: number[] = [];
  readonly looks: Float32Array[] = [];
  noSpeech = 0;
  ended = false;
  readonly #frames: number;
  readonly #settings: WhisperSettings;
  #logProb = 0;

  constructor(frames: number, settings: WhisperSettings) {
    this.#frames = frames;
    this.#settings = settings;
  }

  get last(): number {
    return this.ended ? this.#settings.endToken : (this.tokens.at(-1) ?? this.#settings.endToken);
  }

  get meanLogProb(): number {
    return this.#logProb / (this.tokens.length + 1);
  }

  /** @param place of the logits after the start token, among all places of all rows */
  hear({ data, dims }: Floats, place: number): void {
    const { noSpeechToken } = this.#settings;
    if (noSpeechToken === undefined) return;
    const size = dims[2] ?? 0;
    this.noSpeech = probability(data.subarray(place * size, (place + 1) * size), noSpeechToken);
  }

  /** Remembers where the alignment heads looked, at each token that was read in this step. */
  look(looks: ReadonlyMap<number, Floats>, index: number, prompt: number): void {
    if (this.ended) return;
    const read = this.looks.length === 0 ? prompt : 1;
    for (let place = 0; place < read; place++) {
      const look = new Float32Array(this.#settings.alignmentHeads.length * this.#frames);
      for (const [at, [layer, head]] of this.#settings.alignmentHeads.entries()) {
        const { data, dims } = looks.get(layer) as Floats;
        const [, heads = 0, places = 0, frames = 0] = dims;
        const from = ((index * heads + head) * places + place) * frames;
        look.set(data.subarray(from, from + this.#frames), at * this.#frames);
      }
      this.looks.push(look);
    }
  }

  /** Takes the best token that does not go on with a loop. */
  take({ data, dims }: Floats, index: number): void {
    if (this.ended) return;
    const { settings, place, size } = { settings: this.#settings, place: dims[1] ?? 1, size: dims[2] ?? 0 };
    const row = index * place + place - 1;
    data.fill(-Infinity, row * size + settings.firstTime, (row + 1) * size);
    const first = this.tokens.length === 0;
    const banned = first ? [...settings.suppressed, ...settings.suppressedAtStart] : settings.suppressed;
    const choices = bestTokens(data, row, size, 0, CHOICES, banned);
    const choice = choices.find(({ token }) => !endsInLoop([...this.tokens, token], MOST_REPEATS));
    this.#logProb += choice?.logProb ?? 0;
    this.ended = choice === undefined || choice.token === settings.endToken;
    this.ended ||= this.tokens.length >= settings.mostTokens;
    if (this.ended || choice === undefined) return;
    this.tokens.push(choice.token);
    this.probabilities.push(Math.exp(choice.logProb));
  }
}

/** Softmax of one score. */
export function probability(scores: Float32Array, index: number): number {
  const max = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const sum = scores.reduce((total, score) => total + Math.exp(score - max), 0);
  return Math.exp((scores[index] ?? -Infinity) - max) / sum;
}
