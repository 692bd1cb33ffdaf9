import { describe, expect, it } from 'vitest';
import { openSeq2Seq } from '@octavia/pipeline/graph/seq2seq';
import type { Device, Tensor } from '@octavia/pipeline/ports';
import catalogue from '../../models/catalogue.json';
import { createBrowserInference } from '../../src/lib/host/inference.ts';
import { FAMILIES, type FamilyGraph } from '../fixtures/tiny/families.ts';
import { tinyMarian } from '../fixtures/tiny-marian.ts';
import { tinyModel } from '../fixtures/tiny/entry.ts';

/** WebGPU may differ from wasm by no more than this, where outputs are about 1. */
const TOLERANCE = 1e-4;
/** What hub-webgpu.browser.test.ts compares. */
const ELSEWHERE = ['whisper', 'm2m100', 'supertonic', 'kokoro', 'chatterbox'];
const never = new AbortController().signal;

async function answer({ bytes, input }: FamilyGraph, device: Device): Promise<Float32Array> {
  const { entry } = tinyModel({ id: 'family', stage: 'separate', runtime: 'mdx' }, bytes);
  const models = { installed: () => Promise.resolve(true), read: () => Promise.resolve(bytes.slice()) };
  const session = await createBrowserInference(models).open(entry, 'model.onnx', [device], never);
  try {
    expect(session.device).toBe(device);
    const data = Float32Array.from(
      { length: input.reduce((product, dim) => product * dim, 1) },
      (_, i) => Math.sin(i * 1.7) + Math.cos(i * 0.013),
    );
    const feeds: Record<string, Tensor> = {
      [session.inputNames[0] ?? '']: { type: 'float32', data, dims: input },
    };
    const outputs = await session.run(feeds);
    return outputs[session.outputNames[0] ?? '']?.data as Float32Array;
  } finally {
    await session.close();
  }
}

describe('graphs on WebGPU', () => {
  it.each(Object.entries(FAMILIES))('%s: the same numbers as wasm', async (_, family) => {
    const [gpu, wasm] = [await answer(family(), 'webgpu'), await answer(family(), 'cpu')];
    expect(gpu.length).toBe(wasm.length);
    const most = wasm.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    expect(most).toBeGreaterThan(0.01);
    expect(new Set(wasm).size).toBeGreaterThan(wasm.length / 2);
    const worst = gpu.reduce((worse, value, i) => Math.max(worse, Math.abs(value - (wasm[i] ?? NaN))), 0);
    expect(worst / Math.max(1, most)).toBeLessThan(TOLERANCE);
  });

  it('marian: the same sentences', async () => {
    const { entry, files } = tinyMarian('merged');
    const models = {
      installed: () => Promise.resolve(true),
      read: (_: unknown, path: string) => Promise.resolve((files.get(path) ?? new Uint8Array()).slice()),
    };
    const on = async (device: Device) => {
      const graphs = Object.fromEntries(
        [...files.keys()]
          .filter((path) => path.endsWith('.onnx'))
          .map((path) => [path, { devices: [device], dtype: 'fp32' }] as const),
      );
      const host = { models, inference: createBrowserInference(models) };
      const running = await openSeq2Seq(host, { ...entry, graphs }, never);
      try {
        expect(running.device).toBe(device);
        return await running.generate([[5, 9, 3, 0]], { beams: 2 }, never);
      } finally {
        await running.close();
      }
    };
    const [gpu, wasm] = [(await on('webgpu'))[0]?.hypotheses, (await on('cpu'))[0]?.hypotheses];
    expect(gpu?.map(({ tokens }) => tokens)).toEqual(wasm?.map(({ tokens }) => tokens));
    expect(gpu?.length).toBeGreaterThan(0);
  });

  it('leaves out no family that the catalogue lets run on it', () => {
    const offered = catalogue.models.flatMap(({ runtime, graphs = {} }) =>
      Object.values(graphs).some(({ devices }: { devices: string[] }) => devices.includes('webgpu'))
        ? [runtime]
        : [],
    );
    const compared = [...ELSEWHERE, ...Object.keys(FAMILIES), 'marian'];
    expect(offered.filter((runtime) => !compared.includes(runtime))).toEqual([]);
    expect(offered.length).toBeGreaterThan(0);
  });
});
