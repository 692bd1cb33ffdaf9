import type { GraphBuilder } from '../../../graph/onnx/builder.ts';
import { CONTRIB } from '../../../graph/onnx/model.ts';
import { linear, smallFloats } from '../../../graph/onnx/weights.ts';
import { matrix, type Recipe } from './shape.ts';

/** What the layers of Whisper's encoder and decoder have in common. Names of weights are CTranslate2's. */

export function norm(g: GraphBuilder, { weights, bits }: Recipe, x: string, name: string): string {
  const [gamma, beta] = ['gamma', 'beta'].map((part) =>
    smallFloats(g, bits, weights.floats(`${name}/${part}`)),
  );
  return g.add('LayerNormalization', [x, gamma ?? '', beta ?? ''], { axis: -1, epsilon: { float: 1e-5 } });
}

export function gelu(g: GraphBuilder, x: string): string {
  return g.add('Gelu', [x], {}, undefined, CONTRIB);
}

/** A whole layer as stored: weight and bias. */
export function dense(g: GraphBuilder, { weights, bits }: Recipe, x: string, name: string): string {
  return linear(g, bits, x, matrix(weights, `${name}/weight`), weights.floats(`${name}/bias`));
}

export function feedForward(g: GraphBuilder, recipe: Recipe, x: string, name: string): string {
  const wide = gelu(g, dense(g, recipe, norm(g, recipe, x, `${name}/layer_norm`), `${name}/linear_0`));
  return g.add('Add', [x, dense(g, recipe, wide, `${name}/linear_1`)]);
}

/** `[b, s, width]` → `[b, heads, s, size]`, or `[b, heads, size, s]` for keys, as the product needs them. */
export function perHead(g: GraphBuilder, { shape }: Recipe, x: string, as: 'rows' | 'keys' = 'rows'): string {
  const split = g.reshape(x, [0, 0, shape.heads, shape.width / shape.heads]);
  return g.transpose(split, as === 'keys' ? [0, 2, 3, 1] : [0, 2, 1, 3]);
}

/** `[b, heads, s, size]` → `[b, s, width]` */
export function together(g: GraphBuilder, { shape }: Recipe, x: string): string {
  return g.reshape(g.transpose(x, [0, 2, 1, 3]), [0, 0, shape.width]);
}
