import { joinedSamples } from '../../joined.ts';
import { cutSilence } from '../../audio/onset.ts';
import type { Pcm } from '../../media-types.ts';
import type { SpeakRequest } from '../../ports.ts';
import { engineFile, importGlue, type Engine, type EngineLoad, type EnginePlatform } from '../engine.ts';
import { openPhonemiser } from '../espeak-ng/engine.ts';
import { kokoroParts, kokoroPhonemes } from './phonemes.ts';
import { MODEL, openOnDevice, type HubTensor } from '../library.ts';
import { kokoroSpeed } from './pace.ts';

/** The sample rate Kokoro speaks at. */
const SAMPLE_RATE = 24_000;
/** Numbers that describe a voice, for each length of text. */
const STYLE = 256;
/** It takes 510 letters; above 400 it rushes (its makers' VOICES.md). */
const LONGEST = 400;
/** Seconds of silence between the parts of a longer line. */
const PAUSE = 0.3;

type KokoroModel = (inputs: object) => Promise<{ waveform: HubTensor }>;
type Tokenizer = (text: string) => { readonly input_ids: HubTensor };

/**
 * Kokoro in the layout of its hub export: preset voices (`voices/ef_dora.bin` …), the requested pace, its own pitch. It
 * reads phonemes, which eSpeak NG provides in the same worker.
 */
export async function openKokoro(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const phonemiser = await openPhonemiser(await importGlue(load, platform), load.files);
  const { library, model, device } = await openOnDevice(load, platform, async (library, placement) => {
    const opened: unknown = await library.StyleTextToSpeech2Model.from_pretrained(MODEL, placement as object);
    return opened as KokoroModel;
  });
  const tokenizer = (await library.AutoTokenizer.from_pretrained(MODEL)) as unknown as Tokenizer;

  /** A voice sounds a little different in texts of each length: row n − 1 is for n letters (kokoro's pipeline.py). */
  function styleOf(voice: string, letters: number): HubTensor {
    const bytes = engineFile(load.files, `voices/${voice}.bin`);
    const rows = new Float32Array(bytes.slice().buffer);
    const row = Math.min(Math.max(letters, 1) - 1, rows.length / STYLE - 1);
    return new library.Tensor('float32', rows.slice(row * STYLE, (row + 1) * STYLE), [1, STYLE]);
  }

  async function say(phonemes: string, voice: string, pace: number): Promise<Float32Array> {
    const { input_ids } = tokenizer(phonemes);
    const { waveform } = await model({
      input_ids,
      style: styleOf(voice, (input_ids.dims.at(-1) ?? 2) - 2),
      speed: new library.Tensor('float32', [kokoroSpeed(pace)], [1]),
    });
    return Float32Array.from(waveform.data as Float32Array);
  }

  return {
    device,
    async speak({ text, voice, pace }: SpeakRequest): Promise<Pcm> {
      const phonemes = kokoroPhonemes(text, voice, phonemiser);
      const parts: Float32Array[] = [];
      for (const part of kokoroParts(phonemes, LONGEST)) {
        if (!/\p{L}/u.test(part)) continue;
        parts.push(cutSilence(await say(part, voice.id, pace), SAMPLE_RATE));
      }
      return { sampleRate: SAMPLE_RATE, channels: [joinedSamples(parts, PAUSE * SAMPLE_RATE)] };
    },
  };
}
