import { describe, expect, it } from 'vitest';
import { onDevice } from '@octavia/pipeline/choose';
import type { EngineApi, EngineLoad } from '@octavia/pipeline/families/engine';
import { hostEngines } from '@octavia/pipeline/engines/hosted';
import type { Device } from '@octavia/pipeline/ports';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { tinySupertonic } from '../fixtures/tiny/supertonic.ts';
import { tinyWhisper } from '../fixtures/tiny/whisper.ts';

const never = new AbortController().signal;
const { entry } = tinyWhisper();
const wishes = (load: EngineLoad): Device[] =>
  Object.values(load.graphs ?? {}).flatMap(({ devices }) => devices);

/** A host whose workers run on the first device wished; those on a GPU fail at their `failing`th window, 0: at once. */
function hostWith(failing: number, loads: Device[][] = []) {
  let windows = 0;
  let alive = 0;
  const engines = hostEngines({
    models: filesOf([tinyWhisper()]),
    recognisers: 1,
    windows: 2,
    every: () => () => undefined,
    address: () => '',
    spawn() {
      let device: Device = 'cpu';
      alive++;
      const api: Partial<EngineApi> = {
        load(load) {
          loads.push(wishes(load));
          device = wishes(load)[0] ?? 'cpu';
          if (device !== 'cpu' && failing === 0) return Promise.reject(new Error('out of memory'));
          return Promise.resolve(device);
        },
        recognise(sounds) {
          windows += sounds.length;
          if (device !== 'cpu' && windows >= failing) return Promise.reject(new Error('the device was lost'));
          return Promise.resolve(sounds.map(() => [{ text: device, start: 0, end: 1, confidence: 1 }]));
        },
      };
      return {
        api: api as EngineApi,
        failed: new Promise<never>(() => undefined),
        terminate: () => void alive--,
      };
    },
  });
  return { engines, loads, alive: () => alive };
}

describe('an engine whose device is lost', () => {
  it('starts anew on the CPU, does the call again and stays there', async () => {
    const { engines, loads, alive } = hostWith(3);
    const recogniser = await engines.recogniser(entry, never);
    const sound = new Float32Array(16_000);
    expect([recogniser.device, recogniser.lost]).toEqual(['webgpu', undefined]);
    expect((await recogniser.recognise([sound, sound], 'en', never)).flat()[0]?.text).toBe('webgpu');
    expect((await recogniser.recognise([sound], 'en', never)).flat()[0]?.text).toBe('cpu');
    expect([recogniser.device, recogniser.lost]).toEqual(['cpu', 'webgpu']);
    expect((await recogniser.recognise([sound], 'en', never)).flat()[0]?.text).toBe('cpu');
    expect(loads).toEqual([
      ['webgpu', 'cpu', 'webgpu', 'cpu'],
      ['cpu', 'cpu'],
    ]);
    expect(alive()).toBe(1);
    await recogniser.close();
    expect(alive()).toBe(0);
  });

  it('is loaded on the CPU when the device has no room for it, and says so', async () => {
    const { engines, loads, alive } = hostWith(0);
    const recogniser = await engines.recogniser(entry, never);
    expect([recogniser.device, recogniser.lost]).toEqual(['cpu', 'webgpu']);
    expect((await recogniser.recognise([new Float32Array(9)], 'en', never)).flat()[0]?.text).toBe('cpu');
    expect(loads).toEqual([
      ['webgpu', 'cpu', 'webgpu', 'cpu'],
      ['cpu', 'cpu'],
    ]);
    expect(alive()).toBe(1);
    await recogniser.close();
  });
});

describe('an engine that fails or is stopped', () => {
  it('fails as it is when it was to run on the CPU anyway', async () => {
    const loads: Device[][] = [];
    const engines = hostEngines({
      models: filesOf([tinyWhisper()]),
      recognisers: 1,
      windows: 2,
      every: () => () => undefined,
      address: () => '',
      spawn: () => ({
        api: {
          load(load) {
            loads.push(wishes(load));
            return Promise.reject(new Error('no such graph'));
          },
        } as Partial<EngineApi> as EngineApi,
        failed: new Promise<never>(() => undefined),
        terminate: () => undefined,
      }),
    });
    await expect(engines.recogniser(onDevice(entry, 'cpu'), never)).rejects.toMatchObject({
      code: 'model.failed',
    });
    expect(loads).toHaveLength(1);
  });

  it('takes an abort for what it is', async () => {
    const { engines } = hostWith(1);
    const onCuda = {
      ...entry,
      graphs: { 'onnx/encoder_model.onnx': { devices: ['cuda' as const], dtype: 'fp32' } },
    };
    const recogniser = await engines.recogniser(onCuda, never);
    const stop = new AbortController();
    stop.abort();
    await expect(recogniser.recognise([new Float32Array(9)], 'en', stop.signal)).rejects.toMatchObject({
      code: 'job.cancelled',
    });
    expect(recogniser.device).toBe('cuda');
    await recogniser.close();
  });
});

describe('a voice', () => {
  it('is given the spoken form of what is written', async () => {
    const said: string[] = [];
    const { entry: voiceModel } = tinySupertonic();
    const engines = hostEngines({
      models: filesOf([tinySupertonic()]),
      recognisers: 1,
      windows: 1,
      every: () => () => undefined,
      address: () => '',
      spawn: () => ({
        api: {
          load: () => Promise.resolve('cpu'),
          speak({ text }) {
            said.push(text);
            return Promise.resolve({ sampleRate: 16_000, channels: [new Float32Array(1)] });
          },
        } as Partial<EngineApi> as EngineApi,
        failed: new Promise<never>(() => undefined),
        terminate: () => undefined,
      }),
    });
    const synthesiser = await engines.synthesiser(voiceModel, never);
    const [voice] = synthesiser.voices('es');
    if (voice === undefined) throw new Error('no voice');
    await synthesiser.speak({ text: 'Hace -5 °C.', voice, pace: 1, medianF0: 100, f0Range: 1 }, never);
    expect(said).toEqual(['Hace menos cinco grados Celsius.']);
    await synthesiser.close();
  });
});
