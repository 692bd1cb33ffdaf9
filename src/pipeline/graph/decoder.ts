import type { Session, Tensor } from '../ports.ts';
import { column, emptyCache, float32, gatherRows } from './tensors.ts';
import type { FloatTensor, IntTensor } from './tensors.ts';

/** What a decoder needs to know about its model: see config.json. */
export interface DecoderShape {
  readonly heads: number;
  /** Values per head. */
  readonly headSize: number;
}

const PAST = 'past_key_values.';
const BRANCH = 'use_cache_branch';

/**
 * One batch going through a merged decoder graph (`decoder_model_merged.onnx`) token by token, its attention cache
 * handed from step to step. The graph's inputs decide how it is fed: with `past_key_values.N.encoder.*` the first
 * step's cross-attention cache is kept for the rest; without, the graph computes it from `encoder_hidden_states` each
 * time.
 */
export class CachedDecoder {
  readonly #session: Session;
  readonly #shape: DecoderShape;
  readonly #selfCacheNames: readonly string[];
  readonly #crossCacheNames: readonly string[];
  /** Which sentence of the batch each row belongs to; rows of one sentence share everything below. */
  #sentences: readonly number[];
  #hidden: FloatTensor;
  #mask: IntTensor;
  #crossCache: Record<string, FloatTensor> = {};
  #selfCache: Record<string, FloatTensor> = {};
  #started = false;

  constructor(session: Session, shape: DecoderShape, hidden: FloatTensor, mask: IntTensor) {
    this.#session = session;
    this.#shape = shape;
    this.#hidden = hidden;
    this.#mask = mask;
    this.#sentences = Array.from({ length: hidden.dims[0] ?? 0 }, (_, index) => index);
    const pasts = session.inputNames.filter((name) => name.startsWith(PAST));
    this.#crossCacheNames = pasts.filter((name) => name.includes('.encoder.'));
    this.#selfCacheNames = pasts.filter((name) => name.includes('.decoder.'));
  }

  /** Reads one token per row. @returns logits `[rows, 1, vocabulary]` for the token after it */
  async step(tokens: readonly number[]): Promise<FloatTensor> {
    const wanted = this.#started ? this.#selfCacheNames : [...this.#selfCacheNames, ...this.#crossCacheNames];
    const outputs = await this.#session.run(this.#feeds(tokens), ['logits', ...wanted.map(present)]);
    for (const name of this.#selfCacheNames) this.#selfCache[name] = float32(outputs[present(name)], name);
    if (!this.#started) {
      for (const name of this.#crossCacheNames)
        this.#crossCache[name] = float32(outputs[present(name)], name);
    }
    this.#started = true;
    return float32(outputs['logits'], 'logits');
  }

  /** Makes row i continue what is now row `rows[i]`: beams change places, finished rows leave. */
  select(rows: readonly number[]): void {
    const reordered = Object.entries(this.#selfCache).map(([name, cache]) => [name, gatherRows(cache, rows)]);
    this.#selfCache = Object.fromEntries(reordered) as Record<string, FloatTensor>;
    const sentences = rows.map((row) => this.#sentences[row]!);
    const same =
      sentences.length === this.#sentences.length &&
      sentences.every((sentence, index) => sentence === this.#sentences[index]);
    if (same) return;
    this.#sentences = sentences;
    this.#hidden = gatherRows(this.#hidden, rows);
    this.#mask = gatherRows(this.#mask, rows);
    const kept = Object.entries(this.#crossCache).map(([name, cache]) => [name, gatherRows(cache, rows)]);
    this.#crossCache = Object.fromEntries(kept) as Record<string, FloatTensor>;
  }

  #feeds(tokens: readonly number[]): Record<string, Tensor> {
    const { heads, headSize } = this.#shape;
    const available: Record<string, Tensor> = {
      input_ids: column(tokens),
      encoder_hidden_states: this.#hidden,
      encoder_attention_mask: this.#mask,
      [BRANCH]: { type: 'bool', data: Uint8Array.of(this.#started ? 1 : 0), dims: [1] },
      ...this.#selfCache,
      ...this.#crossCache,
    };
    const feeds = this.#session.inputNames.map((name): [string, Tensor] => [
      name,
      available[name] ?? emptyCache(tokens.length, heads, headSize),
    ]);
    return Object.fromEntries(feeds);
  }
}

function present(pastName: string): string {
  return `present.${pastName.slice(PAST.length)}`;
}
