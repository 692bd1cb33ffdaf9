import { describe, expect, it } from 'vitest';
import type { DubEvent, ModelEntry } from '@octavia/pipeline';
import { Opened } from '@octavia/pipeline/opened';
import { memoryOf } from '@octavia/pipeline/remembered';
import { startWarnings } from '@octavia/pipeline/warnings';

const graphs = { 'model.onnx': { devices: ['webgpu', 'cpu'], dtype: 'fp32' } } as const;
const model = (id: string, title: string): ModelEntry => ({ id, title, graphs }) as unknown as ModelEntry;

describe('warnings of a device', () => {
  it('say of a model that lost its device nothing else, and of its namesake what became of that', () => {
    const told: DubEvent[] = [];
    const run = startWarnings('webgpu', (event) => told.push(event));
    const [first, second] = [model('whisper-small', 'Whisper'), model('whisper-large', 'Whisper')];
    run.tellLost(first, 'webgpu');
    run.tellFallback({ model: first, device: 'cpu' });
    run.tellFallback({ model: second, device: 'cpu' });
    expect(run.warnings.map(({ message }) => message)).toEqual([
      '"Whisper" lost its device (webgpu) and continued on the CPU.',
      '"Whisper" runs on cpu: webgpu is not available here.',
    ]);
    expect(told).toHaveLength(2);
  });

  it('tell the loss that an engine knows of itself, once', () => {
    const run = startWarnings('auto', () => undefined);
    const served = { model: model('kokoro', 'Kokoro'), device: 'cpu', lost: 'webgpu' } as const;
    run.tellFallback(served);
    run.tellFallback(served);
    expect(run.warnings).toHaveLength(1);
  });
});

describe('the memory of a job', () => {
  function memory(kept: Record<string, unknown> = {}) {
    const values = new Map(
      Object.entries(kept).map(([key, value]) => [key, new TextEncoder().encode(JSON.stringify(value))]),
    );
    const store = {
      get: (key: string) => Promise.resolve(values.get(key)),
      put: (key: string, value: Uint8Array) => {
        values.set(key, value as Uint8Array<ArrayBuffer>);
        return Promise.resolve();
      },
    };
    return { values, ...memoryOf(store, 'job') };
  }

  it('finds what 0.1.0 remembered', async () => {
    const { remembered } = memory({
      'job/spans-c7050220f799292aec16453cef9a8b3a.json': { spans: [{ start: 1, end: 2 }] },
    });
    const never = () => Promise.reject(new Error('computed again'));
    const inputs = ['fingerprint', 0, 'silero-vad', '5.1.2'];
    expect(await remembered('spans', inputs, never)).toEqual({ spans: [{ start: 1, end: 2 }] });
  });

  it('computes only what is missing, and gives all in order', async () => {
    const { rememberedEach, values } = memory();
    await rememberedEach('words', ['b'], () => Promise.resolve(['B']));
    const asked: number[][] = [];
    const found = await rememberedEach('words', ['a', 'b', 'c'], (missing) => {
      asked.push([...missing]);
      return Promise.resolve(['A', 'C']);
    });
    expect(found).toEqual(['A', 'B', 'C']);
    expect(asked).toEqual([[0, 2]]);
    expect(values.size).toBe(3);
  });
});

describe('what a block opens', () => {
  const thing = (name: string, closed: string[], fails = false) => ({
    close: () => {
      closed.push(name);
      return fails ? Promise.reject(new Error(name)) : Promise.resolve();
    },
  });

  it('is closed when the block is left, the last one first, whatever fails', async () => {
    const closed: string[] = [];
    const block = async () => {
      await using opened = new Opened();
      opened.keep(thing('model', closed));
      opened.keep(thing('session', closed, true));
      opened.keep(thing('stretcher', closed));
    };
    await expect(block()).rejects.toThrow('session');
    expect(closed).toEqual(['stretcher', 'session', 'model']);
  });
});
