import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../gpu-worker/queue/download.ts';
import { testFolder } from '../support/cloud/server.ts';
import { randomBytesOf } from '../support/cloud/user.ts';
import { listen } from '../fakes/listen.ts';
import { WAIT_MS } from '../support/patience.ts';
import { answerBytes } from '../fakes/ranges.ts';

const never = new AbortController().signal;

const bytes = randomBytesOf(500_000);
const faults: { next?: (range: string) => Response | undefined; asked: string[] } = { asked: [] };
let source: { origin: string; close: () => Promise<void> };
let folder: string;

beforeAll(async () => {
  const app = new Hono();
  app.get('/file', (c) => {
    const range = c.req.header('range') ?? '';
    faults.asked.push(range);
    return faults.next?.(range) ?? answerBytes(bytes, range, '"one"');
  });
  source = await listen(app);
  folder = await testFolder();
});
afterAll(async () => {
  await source.close();
  await rm(folder, { recursive: true, force: true });
});

const fetchTo = async (
  name: string,
  size = bytes.byteLength,
  { signal = never, timeoutMs = WAIT_MS }: { signal?: AbortSignal; timeoutMs?: number } = {},
) => {
  const path = join(folder, name);
  faults.asked = [];
  const wanted = { url: `${source.origin}/file`, path, bytes: size, chunkBytes: 100_000 };
  await download({ ...wanted, timeoutMs, backoffMs: 5 }, signal);
  return new Uint8Array(await readFile(path));
};

describe('downloads', () => {
  it('come in ranges, and go on with what is there already', async () => {
    expect(await fetchTo('plain')).toEqual(bytes);
    expect(faults.asked).toHaveLength(5);
    await writeFile(join(folder, 'half'), bytes.subarray(0, 250_000));
    expect(await fetchTo('half')).toEqual(bytes);
    expect(faults.asked).toEqual(['bytes=250000-349999', 'bytes=350000-449999', 'bytes=450000-499999']);
  });

  it('survive errors, broken lines and silence', async () => {
    let n = 0;
    faults.next = (range) => {
      n++;
      const start = Number(/\d+/.exec(range)?.[0]);
      const head = { 'Content-Range': `bytes ${start}-${start + 99_999}/500000` };
      if (n === 1) return new Response('busy', { status: 503 });
      const cut = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.subarray(start, start + 30_000));
          // The second breaks off; the third says nothing more.
          if (n === 2) setTimeout(() => controller.error(new Error('cut')), 20);
        },
      });
      return n <= 3 ? new Response(cut, { status: 206, headers: head }) : undefined;
    };
    try {
      expect(await fetchTo('faulty', bytes.byteLength, { timeoutMs: 2_000 })).toEqual(bytes);
      expect(n).toBeGreaterThan(5);
    } finally {
      delete faults.next;
    }
  });

  it('refuse what is not the announced file', async () => {
    await expect(fetchTo('long', 400_000)).rejects.toMatchObject({ code: 'policy.quota' });
    await expect(fetchTo('short', 600_000)).rejects.toMatchObject({ code: 'input.truncated' });
    faults.next = () => new Response('gone', { status: 404 });
    try {
      await expect(fetchTo('missing')).rejects.toMatchObject({ code: 'input.missing' });
    } finally {
      delete faults.next;
    }
  });

  it('stop when they are told to', async () => {
    const stop = new AbortController();
    faults.next = () => {
      stop.abort();
      return new Response(new ReadableStream(), {
        status: 206,
        headers: { 'Content-Range': 'bytes 0-1/500000' },
      });
    };
    try {
      await expect(fetchTo('stopped', 500_000, { signal: stop.signal })).rejects.toMatchObject({
        code: 'job.cancelled',
      });
    } finally {
      delete faults.next;
    }
  });
});
