import { BOOL, node, valueInfo, type GraphParts } from '@octavia/pipeline/graph/onnx/model';
import type { Pieces } from '@octavia/pipeline/graph/onnx/protobuf';
import { GraphBuilder } from '@octavia/pipeline/graph/onnx/builder';
import { FLOAT, INT64 } from '@octavia/pipeline/graph/onnx/model';
import { json } from '../fixtures/tiny/graph.ts';
import { hubModel, type HubModel } from '../fixtures/tiny/hub-model.ts';
import { tinyWhisper } from '../fixtures/tiny/whisper.ts';

/** The sizes of a transformer of an encoder and a decoder. */
export interface Shape {
  readonly width: number;
  /** Of the decoder, and of the encoder where that has no number of its own. */
  readonly layers: number;
  readonly encoderLayers?: number;
  /** Bands of the sound. */
  readonly mels?: number;
  /** All layers have the weights of the first: the work is the same, and a file stays under protobuf's 2 GB. */
  readonly shared?: boolean;
  readonly heads: number;
  readonly vocabulary: number;
}

/** As published: openai/whisper's model table, Helsinki-NLP's opus-mt configurations. */
export const WHISPER_TINY: Shape = { width: 384, layers: 4, heads: 6, vocabulary: 51_865 };
export const WHISPER_BASE: Shape = { width: 512, layers: 6, heads: 8, vocabulary: 51_865 };
export const WHISPER_TURBO: Shape = {
  width: 1280,
  layers: 4,
  encoderLayers: 32,
  heads: 20,
  vocabulary: 51_866,
  mels: 128,
  shared: true,
};
export const OPUS_MT: Shape = { width: 512, layers: 6, heads: 8, vocabulary: 58_101 };

const MELS = 80;
const FRAMES = 1500;
/** The feed-forward part is this many times as wide. */
const WIDER = 4;
const noise = Float32Array.from(
  { length: 65_537 },
  (_, i) => 0.04 * Math.sin(i * 12.9898 + Math.sin(i * 78.233)),
);

/** Layers of a transformer with weights that mean nothing. */
class Layers extends GraphBuilder {
  readonly #shape: Shape;
  readonly #known = new Map<string, string>();
  #inLayer = 0;

  constructor(shape: Shape, prefix = '') {
    super(prefix);
    this.#shape = shape;
  }

  /** What follows belongs to another layer. */
  next(): void {
    this.#inLayer = 0;
  }

  weights(...dims: readonly number[]): string {
    const place = `${this.#inLayer++}: ${dims.join(' ')}`;
    const known = this.#shape.shared ? this.#known.get(place) : undefined;
    const name = known ?? this.#made(dims);
    this.#known.set(place, name);
    return name;
  }

  #made(dims: readonly number[]): string {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    for (let at = 0; at < data.length; at += noise.length) data.set(noise.subarray(0, data.length - at), at);
    return this.floats(data, dims);
  }

  linear(x: string, from: number, to: number): string {
    return this.add('Add', [this.add('MatMul', [x, this.weights(from, to)]), this.weights(to)]);
  }

  norm(x: string): string {
    const { width } = this.#shape;
    return this.add('LayerNormalization', [x, this.weights(width), this.weights(width)], { axis: -1 });
  }

  /** [b, s, w] → [b, heads, s, size] */
  split(x: string): string {
    const { width, heads } = this.#shape;
    return this.transpose(this.reshape(x, [0, 0, heads, width / heads]), [0, 2, 1, 3]);
  }

  projected(x: string): string {
    return this.split(this.linear(x, this.#shape.width, this.#shape.width));
  }

  /** @returns what was attended to, and where */
  attend(query: string, key: string, value: string): [string, string] {
    const { width, heads } = this.#shape;
    const scores = this.add('MatMul', [query, this.transpose(key, [0, 1, 3, 2])]);
    const scaled = this.add('Mul', [scores, this.scalar((width / heads) ** -0.5)]);
    const looks = this.add('Softmax', [scaled], { axis: -1 });
    const mixed = this.transpose(this.add('MatMul', [looks, value]), [0, 2, 1, 3]);
    return [this.linear(this.reshape(mixed, [0, 0, width]), width, width), looks];
  }

  feedForward(x: string): string {
    const { width } = this.#shape;
    const wide = this.add('Relu', [this.linear(this.norm(x), width, WIDER * width)]);
    return this.add('Add', [x, this.linear(wide, WIDER * width, width)]);
  }

  encoderLayer(x: string): string {
    this.next();
    const normal = this.norm(x);
    const [query, key, value] = [1, 2, 3].map(() => this.projected(normal)) as [string, string, string];
    return this.feedForward(this.add('Add', [x, this.attend(query, key, value)[0]]));
  }

  /** The cross attention's cache: computed from the encoder's output in the first step only, then as given. */
  crossCache(name: string): string {
    const { width, heads } = this.#shape;
    const dims = ['batch_size', heads, 'encoder_sequence_length_out', width / heads];
    const past = this.input(`past_key_values.${name}`, FLOAT, dims);
    const inner = new Layers(this.#shape, `${name}.`);
    const made = inner.projected('encoder_hidden_states');
    const branch = (nodes: readonly Pieces[], from: string, label: string): GraphParts => ({
      nodes: [...nodes, node('Identity', [from], [`${name}.${label}`])],
      initializers: inner.initializers,
      inputs: [],
      outputs: [valueInfo(`${name}.${label}`, FLOAT, ['b', heads, 's', width / heads])],
    });
    const used = `present.${name}`;
    this.nodes.push(
      node('If', ['use_cache_branch'], [used], {
        then_branch: { ...branch([], past, 'kept'), initializers: [] },
        else_branch: branch(inner.nodes, made, 'made'),
      }),
    );
    this.outputs.push(valueInfo(used, FLOAT, dims));
    return used;
  }

  decoderLayer(x: string, layer: number, withLooks: boolean): string {
    this.next();
    const { width, heads } = this.#shape;
    const normal = this.norm(x);
    const [key = '', value = ''] = ['key', 'value'].map((kind) => {
      const name = `${layer}.decoder.${kind}`;
      const dims = ['batch_size', heads, 'past_decoder_sequence_length', width / heads];
      const past = this.input(`past_key_values.${name}`, FLOAT, dims);
      const all = this.add('Concat', [past, this.projected(normal)], { axis: 2 });
      this.output(`present.${name}`, all, FLOAT, dims);
      return all;
    });
    const self = this.add('Add', [x, this.attend(this.projected(normal), key, value)[0]]);
    const caches = ['key', 'value'].map((kind) => this.crossCache(`${layer}.encoder.${kind}`));
    const [cross, looks] = this.attend(this.projected(this.norm(self)), caches[0] ?? '', caches[1] ?? '');
    const dims = ['batch_size', heads, 'decoder_sequence_length', 'encoder_sequence_length'];
    if (withLooks) this.output(`cross_attentions.${layer}`, looks, FLOAT, dims);
    return this.feedForward(this.add('Add', [self, cross]));
  }
}

function decoder(shape: Shape, withLooks: boolean): Uint8Array {
  const { width, layers, vocabulary } = shape;
  const graph = new Layers(shape);
  const ids = graph.input('input_ids', INT64, ['batch_size', 'decoder_sequence_length']);
  graph.input('encoder_hidden_states', FLOAT, ['batch_size', 'encoder_sequence_length', width]);
  if (!withLooks) graph.input('encoder_attention_mask', INT64, ['batch_size', 'encoder_sequence_length']);
  graph.input('use_cache_branch', BOOL, [1]);
  const embedding = graph.weights(vocabulary, width);
  let x = graph.add('Gather', [embedding, ids]);
  for (let layer = 0; layer < layers; layer++) x = graph.decoderLayer(x, layer, withLooks);
  const logits = graph.add('MatMul', [graph.norm(x), graph.transpose(embedding, [1, 0])]);
  graph.output('logits', logits, FLOAT, ['batch_size', 'decoder_sequence_length', vocabulary]);
  return graph.bytes();
}

function soundEncoder(shape: Shape): Uint8Array {
  const { width, layers, encoderLayers = layers, mels = MELS } = shape;
  const graph = new Layers(shape);
  const features = graph.input('input_features', FLOAT, ['batch_size', mels, 2 * FRAMES]);
  const conv = (x: string, from: number, stride: number): string =>
    graph.add('Relu', [
      graph.add('Conv', [x, graph.weights(width, from, 3), graph.weights(width)], {
        pads: [1, 1],
        strides: [stride],
      }),
    ]);
  let x = graph.transpose(conv(conv(features, mels, 1), width, 2), [0, 2, 1]);
  for (let layer = 0; layer < encoderLayers; layer++) x = graph.encoderLayer(x);
  graph.output('last_hidden_state', graph.norm(x), FLOAT, ['batch_size', FRAMES, width]);
  return graph.bytes();
}

function textEncoder(shape: Shape): Uint8Array {
  const graph = new Layers(shape);
  const dims = ['batch_size', 'encoder_sequence_length'];
  const ids = graph.input('input_ids', INT64, dims);
  graph.input('attention_mask', INT64, dims);
  let x = graph.add('Gather', [graph.weights(shape.vocabulary, shape.width), ids]);
  for (let layer = 0; layer < shape.layers; layer++) x = graph.encoderLayer(x);
  graph.output('last_hidden_state', graph.norm(x), FLOAT, [...dims, shape.width]);
  return graph.bytes();
}

/** A Whisper of this size that says `tokens` tokens that mean nothing; tokenizer and settings of the tiny one. */
export function randomWhisper(id: string, shape: Shape, tokens: number): HubModel {
  const base = tinyWhisper({
    id,
    graphs: {
      'onnx/encoder_model.onnx': { devices: ['cpu'], dtype: 'fp32' },
      'onnx/decoder_model_merged_quantized.onnx': { devices: ['cpu'], dtype: 'q8' },
    },
  });
  const changed = (path: string, change: object): Uint8Array =>
    json({ ...(JSON.parse(new TextDecoder().decode(base.files[path])) as object), ...change });
  const files = {
    ...base.files,
    'config.json': changed('config.json', {
      d_model: shape.width,
      decoder_layers: shape.layers,
      encoder_layers: shape.encoderLayers ?? shape.layers,
      num_mel_bins: shape.mels ?? MELS,
      decoder_attention_heads: shape.heads,
      encoder_attention_heads: shape.heads,
      vocab_size: shape.vocabulary,
      max_target_positions: 2 * tokens,
    }),
    'preprocessor_config.json': changed('preprocessor_config.json', { feature_size: shape.mels ?? MELS }),
    'generation_config.json': changed('generation_config.json', { max_target_positions: 2 * tokens }),
    'onnx/encoder_model.onnx': soundEncoder(shape),
    'onnx/decoder_model_merged_quantized.onnx': decoder(shape, true),
  };
  return hubModel(files, base.entry);
}

/** An Opus-MT of this size; it has no tokenizer, for it is given tokens. */
export function randomMarian(shape: Shape, settings: object): HubModel {
  const files = {
    'config.json': json({
      d_model: shape.width,
      decoder_attention_heads: shape.heads,
      decoder_start_token_id: 1,
      eos_token_id: 0,
      pad_token_id: 1,
      ...settings,
    }),
    'tokenizer.json': json({
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      model: {
        type: 'Unigram',
        unk_id: 2,
        vocab: [
          ['</s>', 0],
          ['<pad>', 0],
          ['<unk>', 0],
        ],
      },
    }),
    'tokenizer_config.json': json({}),
    'onnx/encoder_model.onnx': textEncoder(shape),
    'onnx/decoder_model_merged.onnx': decoder(shape, false),
  };
  return hubModel(files, { id: 'random-opus-mt', stage: 'translate', runtime: 'marian', languages: {} });
}
