import type { Engine, EngineLoad, EnginePlatform } from '../engine.ts';
import { MODEL, openOnDevice, type HubTensor } from '../library.ts';
import { decodeBatch, firstLogits, type StepModel } from './decode.ts';
import { framesOf, guess, hearing } from './heard.ts';
import type { Row } from './row.ts';
import { whisperSettings } from './settings.ts';

/** An encoder's ONNX Runtime session, as the library keeps it. */
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
 * Whisper in the layout of its hub exports: encoder and merged decoder with cross attentions, as the `_timestamped`
 * repositories have them. Words come in written form, with times and probabilities.
 */
export async function openHubWhisper(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const settings = whisperSettings(load.files);
  const { library, model, device } = await openOnDevice(load, platform, (library, placement) =>
    library.WhisperForConditionalGeneration.from_pretrained(MODEL, placement as object),
  );
  const processor = (await library.AutoProcessor.from_pretrained(MODEL)) as unknown as Processor;
  const encoder = (model as unknown as { sessions: { model: EncoderSession } }).sessions.model;
  // On the CPU, encoding several at once is no faster, and one takes less memory.
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

  async function rowsOf(windows: readonly Float32Array[], prompt: readonly number[]): Promise<Row[]> {
    if (windows.length === 0) return [];
    const hidden = await encode(windows);
    const frames = windows.map((window) => framesOf(window, hidden.dims[1] ?? 0));
    return decodeBatch({ library, model: model as StepModel, settings, hidden, prompt }, frames);
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
      return guess(await firstLogits(run, windows.length), settings);
    },
    ...hearing(rowsOf, settings, decode),
  };
}
