import { describe, expect, it } from 'vitest';
import type { Engines, Inference } from '@octavia/pipeline/ports';
import { detectSpeech } from '@octavia/pipeline/stages/vad/detect-speech';
import { starter } from '../support/models/starter.ts';
import { mono } from '../support/sound/in-memory.ts';

const RATE = 16_000;
const never = new AbortController().signal;

/** What a host brings to these tests; sound is made by its own engines. */
interface Hosts {
  readonly inference: Inference;
  readonly engines: Engines;
}

/** A second of silence, an English sentence, a second of silence, mono 16 kHz. */
export async function spokenSecond(engines: Engines): Promise<Float32Array> {
  const flite = await engines.synthesiser(starter('flite'), never);
  const voice = flite.voices('en').find(({ id }) => id === 'awb');
  if (voice === undefined) throw new Error('flite has no voice awb');
  const neutral = { pace: 1, medianF0: voice.medianF0, f0Range: 1 };
  const { channels } = await flite.speak(
    { text: 'It is raining in the city today.', voice, ...neutral },
    never,
  );
  await flite.close();
  const speech = channels[0] ?? new Float32Array();
  const sound = new Float32Array(speech.length + 2 * RATE);
  sound.set(speech, RATE);
  return sound;
}

/** Silero's probability of speech in the first frames of a chord that decays, as native ONNX Runtime gives it. */
async function probe(hosts: Hosts, devices: readonly ('webgpu' | 'cpu')[]): Promise<number[]> {
  const session = await hosts.inference.open(starter('silero-vad'), 'silero_vad_v5.onnx', devices, never);
  try {
    const input = Float32Array.from({ length: 576 }, (_, i) => Math.sin(i / 7) * Math.exp(-i / 300));
    const outputs = await session.run({
      input: { type: 'float32', data: input, dims: [1, 576] },
      state: { type: 'float32', data: new Float32Array(256), dims: [2, 1, 128] },
      sr: { type: 'int64', data: BigInt64Array.of(16000n), dims: [] },
    });
    const { output, stateN } = outputs;
    if (output?.type !== 'float32' || stateN?.type !== 'float32') throw new Error('unexpected outputs');
    return [...output.data, ...stateN.data.subarray(0, 8)];
  } finally {
    await session.close();
  }
}

/** What every host's inference keeps. */
export function inferenceSuite(host: string, hosts: () => Hosts, reference: readonly number[]): void {
  describe(`inference, ${host}`, () => {
    it('gives the numbers of the reference within 1e-4', async () => {
      const found = await probe(hosts(), ['cpu']);
      expect(found.length).toBe(reference.length);
      for (const [index, value] of reference.entries()) {
        expect(Math.abs((found[index] ?? NaN) - value)).toBeLessThan(1e-4);
      }
    });

    it('falls back to a device it has, and says which', async () => {
      const wishes = ['cuda', 'cpu'] as const;
      const session = await hosts().inference.open(
        starter('silero-vad'),
        'silero_vad_v5.onnx',
        wishes,
        never,
      );
      expect(['cuda', 'cpu']).toContain(session.device);
      expect(session.inputNames).toEqual(['input', 'state', 'sr']);
      await session.close();
    });

    it('finds the speech in a sound, and none in silence', async () => {
      const sound = await spokenSecond(hosts().engines);
      const { spans, device } = await detectSpeech(hosts(), starter('silero-vad'), mono(sound, RATE), never);
      expect(device).toBe('cpu');
      expect(spans.length).toBeGreaterThan(0);
      expect(spans[0]?.start).toBeGreaterThan(0.98);
      expect(spans[0]?.start).toBeLessThan(1.35);
      expect(spans.at(-1)?.end).toBeLessThan(sound.length / RATE - 0.9);
      const nothing = mono(new Float32Array(2 * RATE), RATE);
      const silence = await detectSpeech(hosts(), starter('silero-vad'), nothing, never);
      expect(silence.spans).toEqual([]);
    });

    it('stops when aborted', async () => {
      const stop = new AbortController();
      const long = mono(new Float32Array(600 * RATE), RATE);
      const running = detectSpeech(hosts(), starter('silero-vad'), long, stop.signal);
      setTimeout(() => stop.abort(), 100);
      await expect(running).rejects.toMatchObject({ code: 'job.cancelled' });
    });

    it('says when a graph cannot be read', async () => {
      const model = starter('silero-vad');
      await expect(hosts().inference.open(model, 'other.onnx', ['cpu'], never)).rejects.toMatchObject({
        code: 'model.missing',
      });
      const notAGraph = starter('sonic');
      await expect(hosts().inference.open(notAGraph, 'sonic.wasm', ['cpu'], never)).rejects.toMatchObject({
        code: 'model.failed',
      });
    });
  });
}
