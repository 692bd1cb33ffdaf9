import type * as Ort from 'onnxruntime-web';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWhisper } from '@octavia/pipeline/families/whisper/engine';
import { configureWasm, PROVIDERS, webGpuWasm } from '../../src/lib/host/onnx-runtime.ts';
import { melody, tinyWhisper } from '../fixtures/tiny/whisper.ts';
import { onlyDevice } from '../support/models/engine-platform.ts';

interface Buffer {
  destroy(): void;
  readonly size: number;
}
interface Device {
  createBuffer(descriptor: object): Buffer;
}
const { GPUDevice } = globalThis as unknown as { GPUDevice: { prototype: Device } };
// eslint-disable-next-line @typescript-eslint/unbound-method -- called on the device it was taken from
const { createBuffer } = GPUDevice.prototype;
const live = new Set<Buffer>();

beforeAll(() => {
  GPUDevice.prototype.createBuffer = function (this: Device, descriptor: object): Buffer {
    const buffer = createBuffer.call(this, descriptor);
    const destroy = buffer.destroy.bind(buffer);
    live.add(buffer);
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
    };
    return buffer;
  };
});
afterAll(() => {
  GPUDevice.prototype.createBuffer = createBuffer;
});

it('leaves nothing of fifty windows on the GPU', async () => {
  const { entry, files } = tinyWhisper();
  const load = {
    runtime: entry.runtime,
    glue: undefined,
    files: { ...files },
    graphs: entry.graphs,
    languages: entry.languages,
  };
  const configure = async (environment: object) =>
    configureWasm((environment as Ort.Env).wasm, await webGpuWasm());
  const { recognise } = await openWhisper(load, onlyDevice('webgpu', PROVIDERS.webgpu, configure));
  const buffers: number[] = [];
  for (let call = 0; call < 5; call++) {
    const sounds = Array.from({ length: 10 }, () => melody('ba'));
    expect((await recognise?.(sounds, 'en'))?.flat()).toHaveLength(10);
    buffers.push(live.size);
  }
  expect(buffers[0]).toBeGreaterThan(0);
  expect(new Set(buffers.slice(1)).size).toBe(1);
});
