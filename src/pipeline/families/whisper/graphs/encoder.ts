import { GraphBuilder } from '../../../graph/onnx/builder.ts';
import { CONTRIB, FLOAT } from '../../../graph/onnx/model.ts';
import { linear, smallFloats } from '../../../graph/onnx/weights.ts';
import { BINS, FRAME, fourier, HOP, melFilters, windowSamples } from '../mel.ts';
import { dense, feedForward, gelu, norm, perHead } from './parts.ts';
import { matrix, rowsOf, type Recipe } from './shape.ts';

/**
 * From half a minute of sound to what the decoder attends to: the keys and values of its every layer, computed once per
 * window. In: `sound` `[windows, 480000]`, 16 kHz, silence after its end. Out, for each layer of the decoder:
 * `cross.N.key` `[windows, heads, size, frames]` and `cross.N.value` `[windows, heads, frames, size]`.
 */
export function encoderGraph(recipe: Recipe): Uint8Array<ArrayBuffer> {
  const { weights, shape, bits } = recipe;
  const g = new GraphBuilder();
  let x = spectrogram(g, g.input('sound', FLOAT, ['windows', windowSamples(shape.frames)]), shape.bands);
  x = gelu(g, convolution(g, recipe, x, 'encoder/conv1', 1));
  x = g.transpose(gelu(g, convolution(g, recipe, x, 'encoder/conv2', 2)), [0, 2, 1]);
  const places = weights.floats('encoder/position_encodings/encodings');
  x = g.add('Add', [x, smallFloats(g, bits, places, [shape.frames, shape.width])]);
  for (let layer = 0; layer < shape.encoderLayers; layer++) {
    const name = `encoder/layer_${layer}`;
    x = g.add('Add', [x, attention(g, recipe, x, `${name}/self_attention`)]);
    x = feedForward(g, recipe, x, `${name}/ffn`);
  }
  crossed(g, recipe, norm(g, recipe, x, 'encoder/layer_norm'));
  return g.bytes();
}

/** The logarithm of the sound's mel bands, as whisper/audio.py scales it: `[windows, bands, 3000]`. */
function spectrogram(g: GraphBuilder, sound: string, bands: number): string {
  // Mirrored at both ends; at the second end one sample less, so that the frame that Whisper drops is not computed.
  const pads = g.ints([0, FRAME / 2, 0, FRAME / 2 - 1]);
  const mirrored = g.unsqueeze(g.add('Pad', [sound, pads], { mode: 'reflect' }), 1);
  const kernel = g.floats(fourier(), [2 * BINS, 1, FRAME]);
  const parts = g.add('Conv', [mirrored, kernel], { strides: [HOP] });
  const [real = '', imaginary = ''] = g.several('Split', [parts, g.ints([BINS, BINS])], 2, { axis: 1 });
  const power = g.add('Add', [g.add('Mul', [real, real]), g.add('Mul', [imaginary, imaginary])]);
  const filters = g.floats(melFilters(bands), [BINS, bands]);
  const mel = g.transpose(g.add('MatMul', [g.transpose(power, [0, 2, 1]), filters]), [0, 2, 1]);
  const natural = g.add('Log', [g.add('Max', [mel, g.scalar(1e-10)])]);
  const log = g.add('Mul', [natural, g.scalar(Math.LOG10E)]);
  const loudest = g.add('ReduceMax', [log], { axes: [1, 2], keepdims: 1 });
  const floored = g.add('Max', [log, g.add('Sub', [loudest, g.scalar(8)])]);
  return g.add('Mul', [g.add('Add', [floored, g.scalar(4)]), g.scalar(0.25)]);
}

function convolution(g: GraphBuilder, recipe: Recipe, x: string, name: string, stride: number): string {
  const { weights, bits } = recipe;
  const kernel = smallFloats(g, bits, weights.floats(`${name}/weight`), weights.dims(`${name}/weight`));
  const bias = smallFloats(g, bits, weights.floats(`${name}/bias`));
  return g.add('Conv', [x, kernel, bias], { pads: [1, 1], strides: [stride] });
}

/** ONNX Runtime's own operator does not keep the scores of all frames against all, which would be 72 MB per layer. */
function attention(g: GraphBuilder, recipe: Recipe, x: string, name: string): string {
  const { heads } = recipe.shape;
  const all = dense(g, recipe, norm(g, recipe, x, `${name}/layer_norm`), `${name}/linear_0`);
  const parts = g.several('Split', [all], 3, { axis: -1 });
  const mixed = g.add('MultiHeadAttention', parts, { num_heads: heads }, undefined, CONTRIB);
  return dense(g, recipe, mixed, `${name}/linear_1`);
}

function crossed(g: GraphBuilder, recipe: Recipe, hidden: string): void {
  const { weights, shape, bits } = recipe;
  const { heads, width, frames } = shape;
  const size = width / heads;
  for (let layer = 0; layer < shape.decoderLayers; layer++) {
    const name = `decoder/layer_${layer}/attention/linear_1`;
    const both = matrix(weights, `${name}/weight`);
    const bias = weights.floats(`${name}/bias`);
    const keys = linear(g, bits, hidden, rowsOf(both, 0, width), bias.slice(0, width));
    const values = linear(g, bits, hidden, rowsOf(both, width, 2 * width), bias.slice(width));
    const dims = ['windows', heads, size, frames];
    g.output(`cross.${layer}.key`, perHead(g, recipe, keys, 'keys'), FLOAT, dims);
    g.output(`cross.${layer}.value`, perHead(g, recipe, values), FLOAT, ['windows', heads, frames, size]);
  }
}
