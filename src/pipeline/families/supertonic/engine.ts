import { primaryLanguage } from '../../language/tags.ts';
import type { Pcm } from '../../media-types.ts';
import type { SpeakRequest } from '../../ports.ts';
import { engineFile, type Engine, type EngineLoad, type EnginePlatform } from '../engine.ts';
import { MODEL, openOnDevice, type HubTensor } from '../library.ts';
import { speakable } from '../speakable.ts';

/** The family's defaults: denoising steps, and how much faster than its training speech it usually speaks. */
const STEPS = 5;
const USUAL_SPEED = 1.05;
/** The noise it starts from: always the same, so that a line always sounds the same. */
const SEED = 1;

interface SupertonicModel {
  readonly config: { readonly sampling_rate: number; readonly style_dim: number };
  generate_speech(inputs: object): Promise<{ waveform: HubTensor; durations: HubTensor }>;
}

type Tokenizer = (text: string) => { input_ids: HubTensor; attention_mask: HubTensor };

/**
 * Supertonic in the layout of its hub export: preset voices (`voices/F1.bin` …), the requested pace, its own pitch. A
 * multilingual model is told the language by a tag around the text.
 */
export async function openSupertonic(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const { library, model, device } = await openOnDevice(load, platform, async (library, placement) => {
    const opened = await library.SupertonicForConditionalGeneration.from_pretrained(
      MODEL,
      placement as object,
    );
    return opened as unknown as SupertonicModel;
  });
  const tokenizer = (await library.AutoTokenizer.from_pretrained(MODEL)) as unknown as Tokenizer;
  const { sampling_rate: sampleRate, style_dim: width } = model.config;
  const severalLanguages = (load.languages.target?.length ?? 0) > 1;

  function tagged(text: string, language: string): string {
    const tag = primaryLanguage(language);
    return severalLanguages ? `<${tag}>${text}</${tag}>` : text;
  }

  function styleOf(voice: string): HubTensor {
    const bytes = engineFile(load.files, `voices/${voice}.bin`);
    const style = new Float32Array(bytes.slice().buffer);
    return new library.Tensor('float32', style, [1, style.length / width, width]);
  }

  return {
    device,
    async speak({ text, voice, pace }: SpeakRequest): Promise<Pcm> {
      const line = speakable(text);
      if (line === '') return { sampleRate, channels: [new Float32Array()] };
      (library.random as { seed(seed: number): void }).seed(SEED);
      const { waveform, durations } = await model.generate_speech({
        ...tokenizer(tagged(line, voice.language)),
        style: styleOf(voice.id),
        num_inference_steps: STEPS,
        speed: USUAL_SPEED * pace,
      });
      const samples = waveform.data as Float32Array;
      return { sampleRate, channels: [samples.slice(0, Math.ceil(Number(durations.data[0])))] };
    },
  };
}
