import type { Matrix } from '../../../graph/onnx/blocks.ts';
import type { Bits } from '../../../graph/onnx/weights.ts';
import type { Weights } from '../ctranslate2.ts';

/** The sizes of a Whisper model, from its weights. */
export interface WhisperShape {
  readonly width: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly heads: number;
  readonly bands: number;
  /** Frames of the encoder's output for a whole window. */
  readonly frames: number;
  readonly vocabulary: number;
}

/** The input for writing a graph. */
export interface Recipe {
  readonly weights: Weights;
  readonly shape: WhisperShape;
  readonly bits: Bits;
}

export function shapeOf(weights: Weights): WhisperShape {
  const [, bands = 0] = weights.dims('encoder/conv1/weight');
  const [frames = 0, width = 0] = weights.dims('encoder/position_encodings/encodings');
  const [vocabulary = 0] = weights.dims('decoder/embeddings/weight');
  return {
    width,
    encoderLayers: layersOf(weights, 'encoder'),
    decoderLayers: layersOf(weights, 'decoder'),
    heads: weights.floats('decoder/num_heads')[0] ?? 0,
    bands,
    frames,
    vocabulary,
  };
}

function layersOf(weights: Weights, part: string): number {
  let layers = 0;
  while (weights.has(`${part}/layer_${layers}/ffn/layer_norm/gamma`)) layers++;
  return layers;
}

export function matrix(weights: Weights, name: string): Matrix {
  const [rows = 0, columns = 0] = weights.dims(name);
  return { rows, columns, values: weights.floats(name) };
}

/** Some rows of a matrix, each multiplied by a factor. */
export function rowsOf({ columns, values }: Matrix, from: number, to: number, factor = 1): Matrix {
  const part = values.slice(from * columns, to * columns);
  return { rows: to - from, columns, values: factor === 1 ? part : part.map((value) => value * factor) };
}
