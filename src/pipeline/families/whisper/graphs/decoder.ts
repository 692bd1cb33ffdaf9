import { GraphBuilder } from '../../../graph/onnx/builder.ts';
import { FLOAT, INT64 } from '../../../graph/onnx/model.ts';
import { linear, smallFloats, table } from '../../../graph/onnx/weights.ts';
import { CHOICES } from '../row.ts';
import { dense, feedForward, norm, perHead, together } from './parts.ts';
import { matrix, rowsOf, type Recipe } from './shape.ts';

/** What the decoder may say, and which of its heads follow the sound. */
export interface Saying {
  readonly suppressed: readonly number[];
  readonly suppressedAtStart: readonly number[];
  /** Tokens from here on are timestamps, which are never said. */
  readonly firstTime: number;
  readonly alignmentHeads: readonly (readonly [layer: number, head: number])[];
}

const NEVER = -1e9;

/**
 * One step of decoding. In: `tokens` `[windows, read]` int64; `started` `[1]` int64, 0 while no word was said;
 * `past.N.key|value` `[windows, heads, past, size]`; `cross.N.key|value` as the encoder gives them. Out: `logits`
 * `[windows, vocabulary]` after the last token, without suppression; `best` and `scores` `[windows, 4]`, the best
 * tokens that may be said and their log-probabilities among those; `looks` `[windows, alignment heads, read, frames]`;
 * `present.N.key|value`.
 */
export function decoderGraph(recipe: Recipe, saying: Saying): Uint8Array<ArrayBuffer> {
  const { weights, shape, bits } = recipe;
  const g = new GraphBuilder();
  const tokens = g.input('tokens', INT64, ['windows', 'read']);
  const started = g.input('started', INT64, [1]);
  const words = table(g, bits, matrix(weights, 'decoder/embeddings/weight'));

  const layers = Array.from({ length: shape.decoderLayers }, (_, layer) => inputsOf(g, recipe, layer));
  const past = g.length(layers[0]?.past.key ?? '', 2);
  const all = g.add('Add', [past, g.length(tokens, 1)]);
  const read = g.range(past, all);
  const later = g.add('Less', [g.unsqueeze(read, 1), g.unsqueeze(g.range(g.ints([0], []), all), 0)]);
  const mask = g.add('Where', [later, g.scalar(NEVER), g.scalar(0)]);

  const places = weights.floats('decoder/position_encodings/encodings');
  const placeTable = smallFloats(g, bits, places, [places.length / shape.width, shape.width]);
  let x = g.add('Add', [words.rows(tokens), g.add('Gather', [placeTable, read])]);
  const looks: string[] = [];
  for (const [layer, given] of layers.entries()) {
    const name = `decoder/layer_${layer}`;
    x = selfAttention(g, recipe, x, { name, layer, past: given.past, mask });
    const crossed = crossAttention(g, recipe, x, name, given.cross);
    x = feedForward(g, recipe, crossed.x, `${name}/ffn`);
    for (const [, head] of saying.alignmentHeads.filter(([at]) => at === layer)) {
      looks.push(g.add('Gather', [crossed.looks, g.ints([head])], { axis: 1 }));
    }
  }
  const dims = ['windows', looks.length, 'read', shape.frames];
  g.output('looks', g.add('Concat', looks, { axis: 1 }), FLOAT, dims);
  const last = g.add('Gather', [norm(g, recipe, x, 'decoder/layer_norm'), g.ints([-1])], { axis: 1 });
  say(g, recipe, words.scores(last), started, saying);
  return g.bytes();
}

interface KeyValue {
  readonly key: string;
  readonly value: string;
}

function inputsOf(g: GraphBuilder, { shape }: Recipe, layer: number): { past: KeyValue; cross: KeyValue } {
  const { heads, width, frames } = shape;
  const size = width / heads;
  const past = ['windows', heads, 'past', size];
  return {
    past: {
      key: g.input(`past.${layer}.key`, FLOAT, past),
      value: g.input(`past.${layer}.value`, FLOAT, past),
    },
    cross: {
      key: g.input(`cross.${layer}.key`, FLOAT, ['windows', heads, size, frames]),
      value: g.input(`cross.${layer}.value`, FLOAT, ['windows', heads, frames, size]),
    },
  };
}

interface SelfAttention {
  readonly name: string;
  readonly layer: number;
  readonly past: KeyValue;
  readonly mask: string;
}

function selfAttention(g: GraphBuilder, recipe: Recipe, x: string, at: SelfAttention): string {
  const { heads, width } = recipe.shape;
  const name = `${at.name}/self_attention`;
  const all = dense(g, recipe, norm(g, recipe, x, `${name}/layer_norm`), `${name}/linear_0`);
  const [query = '', key = '', value = ''] = g
    .several('Split', [all], 3, { axis: -1 })
    .map((part) => perHead(g, recipe, part));
  const keys = g.add('Concat', [at.past.key, key], { axis: 2 });
  const values = g.add('Concat', [at.past.value, value], { axis: 2 });
  const dims = ['windows', heads, 'all', width / heads];
  g.output(`present.${at.layer}.key`, keys, FLOAT, dims);
  g.output(`present.${at.layer}.value`, values, FLOAT, dims);
  const scaled = g.add('Mul', [query, g.scalar((width / heads) ** -0.5)]);
  const scores = g.add('MatMul', [scaled, g.transpose(keys, [0, 1, 3, 2])]);
  const weights = g.add('Softmax', [g.add('Add', [scores, at.mask])], { axis: -1 });
  const mixed = together(g, recipe, g.add('MatMul', [weights, values]));
  return g.add('Add', [x, dense(g, recipe, mixed, `${name}/linear_1`)]);
}

function crossAttention(
  g: GraphBuilder,
  recipe: Recipe,
  x: string,
  layer: string,
  { key, value }: KeyValue,
): { x: string; looks: string } {
  const { weights, bits, shape } = recipe;
  const name = `${layer}/attention`;
  const factor = (shape.width / shape.heads) ** -0.5;
  const weight = rowsOf(matrix(weights, `${name}/linear_0/weight`), 0, shape.width, factor);
  const bias = weights.floats(`${name}/linear_0/bias`).map((each) => each * factor);
  const query = linear(g, bits, norm(g, recipe, x, `${name}/layer_norm`), weight, bias);
  const looks = g.add('Softmax', [g.add('MatMul', [perHead(g, recipe, query), key])], { axis: -1 });
  const mixed = together(g, recipe, g.add('MatMul', [looks, value]));
  return { x: g.add('Add', [x, dense(g, recipe, mixed, `${name}/linear_2`)]), looks };
}

function say(g: GraphBuilder, { shape }: Recipe, scores: string, started: string, saying: Saying): void {
  const logits = g.add('Squeeze', [scores, g.ints([1])]);
  g.output('logits', logits, FLOAT, ['windows', shape.vocabulary]);
  const allowed = g.add('Add', [logits, g.add('Gather', [rules(g, shape.vocabulary, saying), started])]);
  const best = g.several('TopK', [allowed, g.ints([CHOICES])], 2, { axis: -1 });
  const total = g.add('ReduceLogSumExp', [allowed], { axes: [1], keepdims: 1 });
  g.output('best', best[1] ?? '', INT64, ['windows', CHOICES]);
  g.output('scores', g.add('Sub', [best[0] ?? '', total]), FLOAT, ['windows', CHOICES]);
}

/** What is added to the scores: a row for the first word, a row for all others. */
function rules(g: GraphBuilder, vocabulary: number, saying: Saying): string {
  const always = new Float32Array(vocabulary);
  for (const token of saying.suppressed) if (token >= 0) always[token] = NEVER;
  always.fill(NEVER, saying.firstTime);
  const first = always.slice();
  for (const token of saying.suppressedAtStart) if (token >= 0) first[token] = NEVER;
  const both = new Float32Array(2 * vocabulary);
  both.set(first);
  both.set(always, vocabulary);
  return g.floats(both, [2, vocabulary]);
}
