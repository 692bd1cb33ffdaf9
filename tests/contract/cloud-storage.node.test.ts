import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryRoutes } from '../../server/delivery/route.ts';
import { bunnyStorage } from '../../server/storage/bunny.ts';
import { diskStorage } from '../../server/storage/disk.ts';
import { s3Storage } from '../../server/storage/s3.ts';
import { bodyOf, readAll, type Body, type Storage } from '../../server/storage/storage.ts';
import { testFolder } from '../support/cloud/server.ts';
import { randomBytesOf } from '../support/cloud/user.ts';
import { bunnyStorageAt, fakeBunny } from '../fakes/bunny.ts';
import { listen } from '../fakes/listen.ts';
import { fakeS3, S3 } from '../fakes/s3.ts';

interface Harness {
  readonly storage: Storage;
  /** Whether anything of an unfinished put is left behind. */
  leftovers(): Promise<number>;
  close(): Promise<void>;
}

const harnesses: Record<string, () => Promise<Harness>> = {
  async disk() {
    const folder = await testFolder();
    const key = new Uint8Array(32).fill(7);
    const app = new Hono();
    const server = await listen(app);
    const storage = diskStorage({ folder, key });
    app.route('/', deliveryRoutes(storage, key));
    return {
      storage: {
        ...storage,
        link: (key, options) => storage.link(key, { ...options, origin: server.origin }),
      },
      leftovers: async () =>
        (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.part')).length,
      close: async () => {
        await server.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
  async s3() {
    const fake = await fakeS3();
    const storage = s3Storage({ ...S3, endpoint: fake.origin, partBytes: 64 * 1024 });
    return { storage, leftovers: () => Promise.resolve(fake.parts.size), close: fake.close };
  },
  async bunny() {
    const fake = await fakeBunny();
    const storage = bunnyStorage(bunnyStorageAt(fake.origin));
    return { storage, leftovers: () => Promise.resolve(0), close: fake.close };
  },
};

let harness: Harness;
let storage: Storage;

const type = { contentType: 'video/mp4' };
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const read = async (key: string, range?: { start: number; end: number }) => {
  const file = await storage.get(key, range);
  return file && { bytes: await readAll(file.body), total: file.bytes };
};

describe.each(Object.keys(harnesses))('the storage port: %s', (name) => {
  beforeAll(async () => {
    harness = await harnesses[name]!();
    storage = harness.storage;
  });
  afterAll(() => harness.close());

  describe('reading', reading);
  describe('refusing', refusing);
  describe('linking', linking);
});

function reading(): void {
  it.each([0, 1, 65_535, 65_536, 65_537, 200_000])(
    'should give back the %i bytes it was given',
    async (size) => {
      const bytes = randomBytesOf(size);
      const key = `results/user_1/file-${size}.mp4`;
      const put = await storage.put(key, bodyOf(bytes), { ...type, bytes: size });
      expect(put).toEqual({ bytes: size, sha256: sha(bytes) });
      expect((await read(key))?.bytes).toEqual(bytes);
      if (size > 0) expect((await storage.stat(key))?.bytes).toBe(size);
    },
  );

  it('should read exactly the bytes of a range', async () => {
    const bytes = randomBytesOf(100_000);
    await storage.put('a/range', bodyOf(bytes), type);
    expect(await read('a/range', { start: 10, end: 19 })).toEqual({
      bytes: bytes.slice(10, 20),
      total: 100_000,
    });
    expect((await read('a/range', { start: 99_999, end: 99_999 }))?.bytes).toEqual(bytes.slice(-1));
  });

  it('should know what is not there, and delete it without complaint', async () => {
    expect(await storage.get('not/there')).toBeUndefined();
    expect(await storage.stat('not/there')).toBeUndefined();
    await storage.delete('not/there');
    await storage.put('to/delete', bodyOf(randomBytesOf(10)), type);
    await storage.delete('to/delete');
    expect(await storage.stat('to/delete')).toBeUndefined();
  });
}

function refusing(): void {
  it('should keep the old file when a put breaks off or has another hash than promised', async () => {
    const old = randomBytesOf(1_000);
    await storage.put('keep/me', bodyOf(old), type);
    const broken: Body = new ReadableStream({
      pull(controller) {
        if (controller.desiredSize === null) return;
        controller.enqueue(randomBytesOf(100_000));
        controller.error(new Error('the line was cut'));
      },
    });
    await expect(storage.put('keep/me', broken, type)).rejects.toThrow();
    expect((await read('keep/me'))?.bytes).toEqual(old);
    for (const size of [10, 200_000]) {
      const put = storage.put('keep/me', bodyOf(randomBytesOf(size)), { ...type, sha256: sha(old) });
      await expect(put).rejects.toMatchObject({ code: 'output.missing' });
    }
    expect((await read('keep/me'))?.bytes).toEqual(old);
    expect(await harness.leftovers()).toBe(0);
  });

  it('should refuse keys that could lead elsewhere', async () => {
    for (const key of [
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      '.a',
      'a/.b',
      'a b',
      'a\0b',
      'ä',
      'a\\b',
      'a?b',
    ]) {
      await expect(async () => storage.put(key, bodyOf(randomBytesOf(1)), type), key).rejects.toThrow();
      await expect(async () => storage.stat(key), key).rejects.toThrow();
    }
  });
}

function linking(): void {
  it('should make links that play with ranges, expire, and hold for one file only', async () => {
    const bytes = randomBytesOf(50_000);
    await storage.put('results/u/dub.mp4', bodyOf(bytes), type);
    await storage.put('results/u/other.mp4', bodyOf(bytes), type);
    const options = { filename: 'dub.es.mp4', contentType: 'video/mp4', origin: 'https://octavia.example' };
    const url = await storage.link('results/u/dub.mp4', {
      ...options,
      expires: new Date(Date.now() + 60_000),
    });
    const whole = await fetch(url);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes);
    expect(whole.headers.get('content-disposition')).toContain('filename="dub.es.mp4"');
    const part = await fetch(url, { headers: { Range: 'bytes=49990-' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 49990-49999/50000']);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(-10));
    expect((await fetch(url.replace('dub.mp4', 'other.mp4'))).status).toBe(403);
    expect((await fetch(`${url}&more=1`)).status).toBe(403);
    const short = await storage.link('results/u/dub.mp4', {
      ...options,
      expires: new Date(Date.now() + 1_000),
    });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect((await fetch(short)).status).toBe(403);
  });
}
