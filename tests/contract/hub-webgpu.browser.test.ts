import { expect, it } from 'vitest';
import { translate } from '@octavia/pipeline/stages/translate/translate';
import type { ModelEntry } from '@octavia/pipeline/catalogue';
import { onDevice } from '@octavia/pipeline/choose';
import { createBrowserEngines } from '../../src/lib/host/engines.ts';
import { createBrowserInference } from '../../src/lib/host/inference.ts';
import { createBrowserModels } from '../../src/lib/host/models.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { tinyChatterbox } from '../fixtures/tiny/chatterbox.ts';
import { tinyKokoro } from '../fixtures/tiny/kokoro.ts';
import { tinyM2m100 } from '../fixtures/tiny/m2m100.ts';
import { tinySupertonic } from '../fixtures/tiny/supertonic.ts';
import { melody, tinyWhisper } from '../fixtures/tiny/whisper.ts';
import { starter } from '../support/models/starter.ts';

/** WebGPU may differ from wasm by no more than this, in samples, probabilities and seconds. */
const TOLERANCE = 1e-3;
const never = new AbortController().signal;
const [whisper, m2m100, supertonic, kokoro, chatterbox] = [
  tinyWhisper(),
  tinyM2m100(),
  tinySupertonic(),
  tinyKokoro(),
  tinyChatterbox(),
];
const models = filesOf([whisper, m2m100, supertonic, kokoro, chatterbox], createBrowserModels());
const engines = createBrowserEngines(models);

/** Does the work on both devices. */
async function onBoth<T>(model: ModelEntry, work: (placed: ModelEntry) => Promise<T>): Promise<[T, T]> {
  return [await work(onDevice(model, 'webgpu')), await work(onDevice(model, 'cpu'))];
}

function wishOf({ graphs = {} }: ModelEntry): string | undefined {
  return Object.values(graphs)[0]?.devices[0];
}

function largestDifference(a: ArrayLike<number> = [NaN], b: ArrayLike<number> = [NaN]): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, index) => Math.abs(value - (b[index] ?? NaN))).reduce(
    (x, y) => Math.max(x, y),
    0,
  );
}

it('hears the same words, at the same times, as surely', async () => {
  const [gpu, wasm] = await onBoth(whisper.entry, async (model) => {
    const recogniser = await engines.recogniser(model, never);
    expect(recogniser.device).toBe(wishOf(model));
    const heard = await recogniser.recognise([melody('ba de so'), melody('va')], 'es', never);
    await recogniser.close();
    return heard.flat();
  });
  expect(gpu.map(({ text }) => text)).toEqual(['ba', 'de', 'so', 'va']);
  const numbers = (words: typeof gpu) =>
    words.flatMap(({ start, end, confidence = NaN }) => [start, end, confidence]);
  expect(largestDifference(numbers(gpu), numbers(wasm))).toBeLessThan(TOLERANCE);
});

it('translates the same', async () => {
  const line = { id: 's0001', speaker: 'a', start: 0, end: 1, text: 'abc de', confidence: undefined };
  const graphs = { 'onnx/encoder_model_quantized.onnx': {}, 'onnx/decoder_model_merged_quantized.onnx': {} };
  const entry = { ...m2m100.entry, graphs: graphs as unknown as NonNullable<ModelEntry['graphs']> };
  const [gpu, wasm] = await onBoth(entry, (model) =>
    translate(
      { host: { models, inference: createBrowserInference(models) }, signal: never },
      model,
      { language: 'en', lines: [line] },
      { source: 'en', target: 'es' },
    ),
  );
  expect([gpu.device, wasm.device]).toEqual(['webgpu', 'cpu']);
  expect(gpu.lines).toEqual(wasm.lines);
});

it('speaks the same, in a preset voice and in a cloned one', async () => {
  for (const { entry } of [supertonic, kokoro, chatterbox]) {
    const [gpu, wasm] = await onBoth(entry, async (model) => {
      const phonemiser = model.phonemiser === undefined ? undefined : starter(model.phonemiser);
      const synthesiser = await engines.synthesiser(model, never, phonemiser);
      expect(synthesiser.device).toBe(wishOf(model));
      const reference = Float32Array.from({ length: 24_000 }, (_, i) => 0.4 * Math.sin(i / 30));
      const cloned = await synthesiser.clone?.({ sampleRate: 24_000, channels: [reference] }, 'es', never);
      const voice = cloned ?? synthesiser.voices('es')[0];
      if (voice === undefined) throw new Error('no voice');
      const { channels } = await synthesiser.speak(
        { text: 'hola', voice, pace: 1, medianF0: voice.medianF0, f0Range: 1 },
        never,
      );
      await synthesiser.close();
      return channels[0];
    });
    expect(largestDifference(gpu, wasm)).toBeLessThan(TOLERANCE);
  }
});
