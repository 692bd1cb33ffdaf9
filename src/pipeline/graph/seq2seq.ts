import type { ModelEntry } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import type { Device, Session } from '../ports.ts';
import { batchesByLength } from './batches.ts';
import type { BeamSettings, Hypothesis } from './beam.ts';
import { readJson, settingsFrom } from './config.ts';
import type { Json, ModelHost, Settings } from './config.ts';
import { generateBatch } from './generate.ts';
import { openVocabulary } from './vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Padded source tokens and sentences in a batch: with 4 beams the caches of a 512-wide model stay below 200 MB. */
const MOST_TOKENS = 640;
const MOST_ROWS = 24;
const WIDTH = 512;

export interface Generation {
  /** Best first, never empty. */
  readonly hypotheses: readonly Hypothesis[];
}

export interface GenerateOptions {
  /** Open beams per sentence; 1 is greedy. The model's own number when absent. */
  readonly beams?: number;
  readonly lengthPenalty?: number;
  /** Tokens every output begins with, which are not part of it: the target language of a multilingual model. */
  readonly forced?: readonly number[];
  /** Called as sentences finish. @param index among the sources */
  readonly onSentence?: (index: number, generation: Generation) => void;
}

/** A sequence-to-sequence model (Marian or M2M100 layout) ready to run. */
export interface Seq2Seq {
  readonly device: Device;
  readonly vocabulary: Vocabulary;
  /** Source tokens beyond this are ignored; callers split longer text. */
  readonly mostSourceTokens: number;
  /** @param sources token ids with the end token @returns in the order of the sources */
  generate(
    sources: readonly (readonly number[])[],
    options: GenerateOptions,
    signal: AbortSignal,
  ): Promise<Generation[]>;
  close(): Promise<void>;
}

/** Opens the graphs and the tokenizer of a model. Errors: `model.missing|damaged|failed`, `job.cancelled`. */
export async function openSeq2Seq(host: ModelHost, model: ModelEntry, signal: AbortSignal): Promise<Seq2Seq> {
  const json = (name: string): Promise<Json> => readJson(host, model, name, signal);
  const settings = settingsFrom({
    ...(await json('config.json')),
    ...(await json('generation_config.json')),
  });
  const tokenizer = await json('tokenizer.json');
  const vocabulary = openVocabulary(tokenizer, await json('tokenizer_config.json'), settings.endToken);
  const encoder = await openGraph(host, model, 'encoder_model', signal);
  try {
    const decoder = await openGraph(host, model, 'decoder_model_merged', signal);
    return running(encoder, decoder, vocabulary, settings);
  } catch (error) {
    await encoder.close();
    throw error;
  }
}

function openGraph(host: ModelHost, model: ModelEntry, name: string, signal: AbortSignal): Promise<Session> {
  const path = model.files.find((file) => file.path.includes(name) && file.path.endsWith('.onnx'))?.path;
  if (path === undefined) throw new OctaviaError('model.damaged', `${model.id} lists no ${name} graph.`);
  return host.inference.open(model, path, model.graphs?.[path]?.devices ?? ['cpu'], signal);
}

function running(encoder: Session, decoder: Session, vocabulary: Vocabulary, settings: Settings): Seq2Seq {
  const banned =
    vocabulary.unknown === undefined ? settings.banned : [...settings.banned, vocabulary.unknown];
  const share = Math.min(1, WIDTH / (settings.heads * settings.headSize));
  return {
    get device() {
      return decoder.device;
    },
    vocabulary,
    mostSourceTokens: settings.mostTokens,
    async generate(sources, options, signal) {
      const cut = sources.map((source) => shorten(source, settings));
      const search: BeamSettings = {
        beams: options.beams ?? settings.beams,
        lengthPenalty: options.lengthPenalty ?? settings.lengthPenalty,
        endToken: settings.endToken,
      };
      const results = new Map<number, Generation>();
      for (const batch of batchesByLength(
        cut.map((source) => source.length),
        Math.ceil(MOST_TOKENS * share),
        Math.ceil(MOST_ROWS * share),
      )) {
        const rows = batch.map((index) => cut[index] ?? []);
        const finished = (row: number, hypotheses: readonly Hypothesis[]): void => {
          const index = batch[row]!;
          results.set(index, { hypotheses });
          options.onSentence?.(index, { hypotheses });
        };
        await generateBatch(
          {
            encoder,
            decoder,
            settings: { ...settings, banned },
            search,
            forced: options.forced ?? [],
            signal,
          },
          rows,
          finished,
        );
      }
      return sources.map((_, index) => results.get(index) ?? { hypotheses: [] });
    },
    async close() {
      await Promise.all([encoder.close(), decoder.close()]);
    },
  };
}

function shorten(source: readonly number[], { mostTokens, endToken }: Settings): readonly number[] {
  return source.length <= mostTokens ? source : [...source.slice(0, mostTokens - 1), endToken];
}
