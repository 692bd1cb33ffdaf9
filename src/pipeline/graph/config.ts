import type { ModelEntry } from '../catalogue.ts';
import { OctaviaError, toOctaviaError } from '../errors.ts';
import type { Host } from '../ports.ts';

/** What running a model needs from a host. */
export type ModelHost = Pick<Host, 'models' | 'inference'>;

/** What config.json and generation_config.json say about a model in the Marian layout. */
export interface Settings {
  readonly heads: number;
  readonly headSize: number;
  readonly startToken: number;
  readonly endToken: number;
  readonly padToken: number;
  readonly banned: readonly number[];
  readonly beams: number;
  readonly lengthPenalty: number;
  readonly mostTokens: number;
}

export type Json = Readonly<Record<string, unknown>>;

/** A model's JSON file by its name in any folder; a missing optional one is an empty object. */
export async function readJson(
  host: ModelHost,
  model: ModelEntry,
  name: string,
  signal: AbortSignal,
): Promise<Json> {
  const file = model.files.find(({ path }) => path.split('/').at(-1) === name);
  if (file === undefined) return {};
  try {
    return JSON.parse(new TextDecoder().decode(await host.models.read(model, file.path, signal))) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw toOctaviaError(error, signal);
    throw new OctaviaError('model.damaged', `${model.id}: ${file.path} is not JSON.`, { cause: error });
  }
}

/** Errors: `model.damaged` when a setting is missing. */
export function settingsFrom(config: Json): Settings {
  const number = (key: string, fallback?: number): number => {
    const value = config[key] ?? fallback;
    if (typeof value !== 'number') throw new OctaviaError('model.damaged', `config.json gives no ${key}.`);
    return value;
  };
  const heads = number('decoder_attention_heads');
  const endToken = number('eos_token_id');
  const padToken = number('pad_token_id');
  const badWords = Array.isArray(config['bad_words_ids']) ? (config['bad_words_ids'] as number[][]) : [];
  // Only single tokens can be banned at once; the Marian models list just the padding token.
  const banned = badWords.flatMap((word) => (word.length === 1 ? word : []));
  return {
    heads,
    headSize: number('d_model') / heads,
    startToken: number('decoder_start_token_id', padToken),
    endToken,
    padToken,
    banned: [...new Set([...banned, padToken])],
    beams: number('num_beams', 4),
    lengthPenalty: number('length_penalty', 1),
    mostTokens: Math.min(number('max_position_embeddings', 512), number('max_length', 512)),
  };
}
