import { describe, expect, it } from 'vitest';
import type { Store } from '@octavia/pipeline';
import { decodeBlock, encodeBlock } from '@octavia/pipeline/sound/block';
import { keptSound, type SoundWriter } from '@octavia/pipeline/sound/kept';
import { cut } from '@octavia/pipeline/sound/sound';
import { noise } from '../support/sound/signals.ts';

const RATE = 1000;
const SHAPE = { sampleRate: RATE, channels: 2, format: 'pcm16' } as const;
/** Samples as 16 bits hold them. */
const exact = (seconds: number, seed: number): Float32Array =>
  noise(seconds, RATE, 0.3, seed).map((x) => Math.round(x * 32_768) / 32_768);

function memoryStore() {
  const values = new Map<string, Uint8Array>();
  return {
    values,
    get: (key: string) => Promise.resolve(values.get(key)?.slice()),
    put: (key: string, value: Uint8Array) => Promise.resolve(void values.set(key, value.slice())),
    delete: (prefix: string) => {
      for (const key of values.keys()) if (key.startsWith(prefix)) values.delete(key);
      return Promise.resolve();
    },
  } satisfies Pick<Store, 'get' | 'put' | 'delete'> & { values: Map<string, Uint8Array> };
}

describe('a block of sound', () => {
  it('keeps 16-bit sound to the bit, its extremes too', () => {
    const samples = Float32Array.from([0, -1, 32_767 / 32_768, 1 / 32_768, -1 / 32_768]);
    expect(decodeBlock(encodeBlock([samples, samples], 'pcm16'))).toEqual([samples, samples]);
  });

  it('keeps what goes beyond full scale, to 16 bits', () => {
    const samples = Float32Array.from([2.5, -1.25, 0.5]);
    const [kept] = decodeBlock(encodeBlock([samples], 'pcm16')) ?? [];
    samples.forEach((x, i) => expect(kept?.[i]).toBeCloseTo(x, 3));
  });

  it('keeps finer sound as it is', () => {
    const samples = noise(1, RATE, 0.3, 1);
    expect(decodeBlock(encodeBlock([samples], 'float'))).toEqual([samples]);
  });

  it.each([
    ['cut short', (bytes: Uint8Array) => bytes.slice(0, -2)],
    ['changed', (bytes: Uint8Array) => bytes.map((x, i) => (i === 40 ? x ^ 1 : x))],
    ['something else', () => new TextEncoder().encode('this is no sound, though it is long enough')],
    ['empty', () => new Uint8Array(0)],
  ])('is nothing once it is %s', (_, damage) => {
    expect(decodeBlock(damage(encodeBlock([exact(1, 1)], 'pcm16')))).toBeUndefined();
  });
});

const planes = [exact(2.5, 1), exact(2.5, 2)];
/** In pieces of odd lengths. */
const writing = async (writer: SoundWriter): Promise<void> => {
  for (let from = 0; from < 2500; from += 333) {
    await writer.write(planes.map((plane) => plane.subarray(from, from + 333)));
  }
};
const make = (store: ReturnType<typeof memoryStore>, made: string[] = []) =>
  keptSound(
    store,
    'job/sound',
    async (start) => {
      made.push('made');
      await writing(start(SHAPE));
      return { about: 'it' };
    },
    1,
  );

describe('a sound that is kept', () => {
  it('is read in windows over its blocks, with silence around it', async () => {
    const { sound, told } = await make(memoryStore());
    expect(told).toEqual({ about: 'it' });
    expect(sound).toMatchObject({ sampleRate: RATE, channels: 2, frames: 2500 });
    for (const [from, to] of [
      [0, 2500],
      [-100, 300],
      [900, 2100],
      [2400, 2700],
      [3000, 3010],
      [5, 5],
    ] as const) {
      expect(await sound.read(from, to)).toEqual(planes.map((plane) => cut(plane, from, to)));
    }
  });

  it('is made once, and by the next run not again', async () => {
    const store = memoryStore();
    const made: string[] = [];
    await make(store, made);
    const { sound, told } = await make(store, made);
    expect(made).toEqual(['made']);
    expect(told).toEqual({ about: 'it' });
    expect((await sound.read(0, 2500))[1]).toEqual(planes[1]);
  });

  it('is made again when making it was broken off', async () => {
    const store = memoryStore();
    const broken = keptSound(store, 'job/sound', async (start) => {
      await start(SHAPE).write(planes);
      throw new Error('no room');
    });
    await expect(broken).rejects.toThrow('no room');
    const made: string[] = [];
    const { sound } = await make(store, made);
    expect(made).toEqual(['made']);
    expect((await sound.read(0, 2500))[0]).toEqual(planes[0]);
  });
});

describe('a sound of which a part is lost', () => {
  it.each([
    ['gone', (store: ReturnType<typeof memoryStore>, key: string) => store.values.delete(key)],
    [
      'changed',
      (store: ReturnType<typeof memoryStore>, key: string) => store.values.get(key)?.fill(7, 100, 110),
    ],
  ])('says so when a block is %s, and is made again by the next run', async (_, damage) => {
    const store = memoryStore();
    const { sound } = await make(store);
    damage(store, 'job/sound/000001.pcm');
    await sound.read(0, 1000);
    await expect(sound.read(500, 1500)).rejects.toMatchObject({ code: 'storage.failed' });
    const again = await make(store);
    expect(await again.sound.read(500, 1500)).toEqual(planes.map((plane) => plane.slice(500, 1500)));
  });
});
