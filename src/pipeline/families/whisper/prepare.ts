import type { Bits } from '../../graph/onnx/weights.ts';
import { configurationOf } from './configuration.ts';
import { readCTranslate2 } from './ctranslate2.ts';
import { PREPARED } from './files.ts';
import { decoderGraph } from './graphs/decoder.ts';
import { encoderGraph } from './graphs/encoder.ts';
import { shapeOf } from './graphs/shape.ts';

/** The input of `prepareWhisper`: a CTranslate2 Whisper model of any size, in 32, 16 or 8 bits. */
export const PARTS = {
  /** `model.bin`, whole. */
  weights: 'model.bin',
  /** `config.json` beside it: alignment heads and suppressed tokens. */
  config: 'model.json',
  tokenizer: 'tokenizer.json',
} as const;

export interface WhisperOptions {
  /** Of a weight in the graphs; see `Bits`. */
  readonly bits: Bits;
}

/**
 * Writes the graphs that recognition runs from the weights of a CTranslate2 model. The same input gives the same bytes
 * everywhere. It takes several seconds, so run it in a worker. Besides its input and output it needs no more memory
 * than the largest matrix, as floats.
 * @returns files by path, see `PREPARED`
 * @throws Error when a file is not what it should be
 */
export function prepareWhisper(
  parts: ReadonlyMap<string, Uint8Array>,
  { bits }: WhisperOptions,
): Map<string, Uint8Array> {
  const weights = readCTranslate2(part(parts, PARTS.weights));
  const shape = shapeOf(weights);
  const tokenizer = part(parts, PARTS.tokenizer);
  const configuration = configurationOf(part(parts, PARTS.config), tokenizer);
  const recipe = { weights, shape, bits };
  const saying = {
    suppressed: configuration.suppress_tokens,
    suppressedAtStart: configuration.begin_suppress_tokens,
    firstTime: configuration.no_timestamps_token_id + 1,
    alignmentHeads: configuration.alignment_heads,
  };
  const sizes = {
    decoder_layers: shape.decoderLayers,
    decoder_attention_heads: shape.heads,
    d_model: shape.width,
    max_source_positions: shape.frames,
    max_target_positions: weights.dims('decoder/position_encodings/encodings')[0] ?? 0,
    vocab_size: shape.vocabulary,
  };
  const written = JSON.stringify({ model_type: 'whisper', ...sizes, ...configuration }, null, 1);
  return new Map([
    [PREPARED.encoder, encoderGraph(recipe)],
    [PREPARED.decoder, decoderGraph(recipe, saying)],
    [PREPARED.config, new TextEncoder().encode(written)],
    [PREPARED.tokenizer, tokenizer],
  ]);
}

function part(parts: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const found = parts.get(name);
  if (found === undefined) throw new Error(`the part ${name} is missing`);
  return found;
}
