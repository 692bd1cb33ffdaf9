import { resample } from '../../audio/resample.ts';
import { longestSeconds } from '../../language/spoken-length.ts';
import { primaryLanguage } from '../../language/tags.ts';
import type { Pcm } from '../../media-types.ts';
import type { SpeakRequest, Tensor } from '../../ports.ts';
import type { Engine, EngineLoad, EnginePlatform } from '../engine.ts';
import { portTensor } from '../../graph/runtime-tensor.ts';
import { MODEL, openOnDevice, type HubTensor, type Library } from '../library.ts';
import { speechChoice } from './speech-choice.ts';
import { speakable } from '../speakable.ts';

/** The sample rate Chatterbox hears and speaks. */
const SAMPLE_RATE = 24_000;
/** The family's default: how lively it speaks, 0…1. */
const LIVELINESS = 0.5;
const TOKENS_PER_SECOND = 25;
/** A line that does not end gets this many seconds more than any line may take, which gives it away. */
const BEYOND = 1;

interface ChatterboxModel {
  encode_speech(sound: HubTensor): Promise<Readonly<Record<string, HubTensor>>>;
  generate(inputs: object): Promise<HubTensor>;
}

type Tokenizer = (text: string) => { readonly input_ids: HubTensor };

/**
 * Chatterbox in the layout of its hub export: it speaks in the voice it has heard, at its own pace. A multilingual
 * model is told the language by a prefix; text goes in the way the model was trained, in lower case and decomposed.
 * Chinese, Japanese and Hebrew would need dictionaries that we do not have, so the catalogue does not offer them.
 */
export async function openChatterbox(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const { library, model, device } = await openOnDevice(load, platform, async (library, placement) => {
    const opened = await library.ChatterboxModel.from_pretrained(MODEL, placement as object);
    return opened as unknown as ChatterboxModel;
  });
  const tokenizer = (await library.AutoTokenizer.from_pretrained(MODEL)) as unknown as Tokenizer;
  const severalLanguages = (load.languages.target?.length ?? 0) > 1;

  function prefixed(text: string, language: string): string {
    if (!severalLanguages) return text;
    return `[${primaryLanguage(language)}]${text.toLowerCase().normalize('NFKD')}`;
  }

  return {
    device,
    async learn(reference, sampleRate) {
      const sound = resample(reference, sampleRate, SAMPLE_RATE);
      const learnt = await model.encode_speech(new library.Tensor('float32', sound, [1, sound.length]));
      return Object.fromEntries(Object.entries(learnt).map(([name, tensor]) => [name, portTensor(tensor)]));
    },
    async speak({ text, voice, seed = 0 }: SpeakRequest): Promise<Pcm> {
      if (voice.learnt === undefined) throw new Error(`${voice.id} is not a learned voice`);
      const line = speakable(text);
      if (line === '') return { sampleRate: SAMPLE_RATE, channels: [new Float32Array()] };
      const inputs = tokenizer(prefixed(line, voice.language));
      const waveform = await model.generate({
        ...inputs,
        ...libraryTensors(library, voice.learnt),
        exaggeration: LIVELINESS,
        max_new_tokens: Math.ceil((longestSeconds(line) + BEYOND) * TOKENS_PER_SECOND),
        logits_processor: [speechChoice(inputs.input_ids.dims[1] ?? 0, lotsOf(library, seed))],
        // All sampling is done above, whatever the model's settings say.
        do_sample: false,
        repetition_penalty: 1,
      });
      return { sampleRate: SAMPLE_RATE, channels: [Float32Array.from(waveform.data as Float32Array)] };
    },
  };
}

/** The same numbers in 0…1 for the same seed; none for seed 0. */
function lotsOf({ random }: Library, seed: number): (() => number) | undefined {
  if (seed === 0) return undefined;
  const { Random } = random as unknown as { Random: new (seed: number) => { random(): number } };
  const lots = new Random(seed);
  return () => lots.random();
}

function libraryTensors(
  library: Library,
  learnt: Readonly<Record<string, Tensor>>,
): Record<string, HubTensor> {
  return Object.fromEntries(
    Object.entries(learnt).map(([name, { type, data, dims }]) => [
      name,
      new library.Tensor(type, data as never, [...dims]),
    ]),
  );
}
