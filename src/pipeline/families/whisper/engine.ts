import { primaryLanguage } from '../../language/tags.ts';
import type { Word } from '../../media-types.ts';
import type { LanguageGuess } from '../../ports.ts';
import type { Engine, EngineLoad, EnginePlatform } from '../engine.ts';
import { MODEL, openOnDevice, type HubTensor } from '../library.ts';
import { decodeBatch, firstLogits, probability, type DecodedRow, type StepModel } from './decode.ts';
import { whisperSettings, type WhisperSettings } from './settings.ts';
import { FRAME_SECONDS, timedWords } from './words.ts';

const SAMPLE_RATE = 16_000;
/** Above this the model thinks that nothing is said; with little trust in the words, they go (Whisper's defaults). */
const NO_SPEECH = 0.6;
const LITTLE_TRUST = -1;

/** An encoder's session of ONNX Runtime, as the library holds it. */
interface EncoderSession {
  run(feeds: object): Promise<Readonly<Record<string, never>>>;
}

interface Processor {
  (sound: Float32Array): Promise<{ input_features: HubTensor }>;
  readonly tokenizer: {
    decode(
      tokens: number[],
      options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean },
    ): string;
  };
}

/**
 * Whisper in the layout of its hub exports: encoder and merged decoder with cross attentions, as the
 * `_timestamped` repositories have them. Words come as they are written, with times and probabilities.
 */
export async function openWhisper(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const settings = whisperSettings(load.files);
  const { library, model, device } = await openOnDevice(load, platform, (library, placement) =>
    library.WhisperForConditionalGeneration.from_pretrained(MODEL, placement as object),
  );
  const processor = (await library.AutoProcessor.from_pretrained(MODEL)) as unknown as Processor;
  const encoder = (model as unknown as { sessions: { model: EncoderSession } }).sessions.model;
  // The CPU gains nothing from encoding several at once, and one takes less memory.
  const together = device === 'cpu' ? 1 : Infinity;
  const decode = (tokens: readonly number[]): string =>
    processor.tokenizer.decode([...tokens], {
      skip_special_tokens: true,
      clean_up_tokenization_spaces: false,
    });

  async function encode(windows: readonly Float32Array[]): Promise<HubTensor> {
    const features: HubTensor[] = [];
    for (const window of windows) features.push((await processor(window)).input_features);
    const hidden: HubTensor[] = [];
    for (let from = 0; from < features.length; from += together) {
      const { ort_tensor } = library.cat(features.slice(from, from + together), 0);
      const { last_hidden_state } = await encoder.run({ input_features: ort_tensor });
      hidden.push(new library.Tensor(last_hidden_state as never));
    }
    return library.cat(hidden, 0);
  }

  return {
    device,
    async detect(windows) {
      const run = {
        library,
        model: model as StepModel,
        settings,
        hidden: await encode(windows),
        prompt: [settings.startToken],
      };
      return guess(await firstLogits(run, windows.length), windows.length, settings);
    },
    async recognise(windows, language) {
      if (windows.length === 0) return [];
      const prompt = [settings.startToken, ...languageToken(settings, language), ...settings.task];
      const hidden = await encode(windows);
      const frames = windows.map((window) => framesOf(window, hidden.dims[1] ?? 0));
      const run = { library, model: model as StepModel, settings, hidden, prompt };
      const rows = await decodeBatch(run, frames);
      return rows.map((row, index) => wordsOf(row, frames[index] ?? 0, prompt.length, settings, decode));
    },
  };
}

/** Frames of the encoder's output that stand for the sound and not for the silence after it. */
function framesOf(window: Float32Array, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(window.length / SAMPLE_RATE / FRAME_SECONDS)));
}

function languageToken({ languages }: WhisperSettings, language: string): number[] {
  if (languages.size === 0) return [];
  const token = languages.get(primaryLanguage(language));
  if (token === undefined) throw new Error(`this Whisper does not understand "${language}"`);
  return [token];
}

function wordsOf(
  row: DecodedRow,
  frames: number,
  prompt: number,
  { alignmentHeads, smoothing }: WhisperSettings,
  decode: (tokens: readonly number[]) => string,
): Word[] {
  const silent = row.noSpeech > NO_SPEECH && row.meanLogProb < LITTLE_TRUST;
  if (silent || row.tokens.length === 0) return [];
  return timedWords(row, { heads: alignmentHeads.length, frames, prompt, smoothing }, decode);
}

/** The language with the highest mean probability over the windows, among the languages. */
function guess(
  { data, size }: { data: Float32Array; size: number },
  rows: number,
  { languages }: WhisperSettings,
): LanguageGuess {
  const names = [...languages.keys()];
  const means = names.map(() => 0);
  for (let row = 0; row < rows; row++) {
    const scores = Float32Array.from(languages.values(), (id) => data[row * size + id] ?? -Infinity);
    for (const index of names.keys()) means[index] = (means[index] ?? 0) + probability(scores, index) / rows;
  }
  const best = means.indexOf(Math.max(...means));
  return { language: names[best] ?? 'en', confidence: means[best] ?? 0 };
}
