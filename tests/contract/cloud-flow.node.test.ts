import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import * as tus from 'tus-js-client';
import { createReadStream } from 'node:fs';
import type { Job, UploadTicket } from '../../server/jobs/shapes.ts';
import { scratchRedis, testFolder, withCloud, type Changes } from '../cloud-server.ts';
import { newUser, randomBytesOf, requestUpload, type TestUser } from '../cloud-user.ts';
import { cutLine } from '../fakes/cut-line.ts';
import { listen } from '../fakes/listen.ts';
import { startWorkerProcess } from '../worker-processes.ts';

const SIZE = 24 * 2 ** 20;

/** Sends a file as the page does, with tus-js-client, over a line that breaks three times. */
async function uploadWithCuts(
  ticket: UploadTicket,
  bytes: Uint8Array,
  line: Awaited<ReturnType<typeof cutLine>>,
) {
  const cutAt = [0.2, 0.5, 0.8].map((share) => share * bytes.byteLength);
  await new Promise<void>((resolve, reject) => {
    const upload = new tus.Upload(Buffer.from(bytes), {
      endpoint: ticket.upload_url,
      headers: ticket.headers,
      metadata: ticket.metadata,
      chunkSize: 2 ** 20 * 8,
      retryDelays: [10, 50, 100, 200, 400],
      onProgress: () => {
        if (line.counted.bytes > (cutAt[line.counted.cuts] ?? Infinity)) line.cut();
      },
      onError: reject,
      onSuccess: () => resolve(),
    });
    upload.start();
  });
}

/** Follows a job over server-sent events until it ends, coming back whenever the line breaks. */
async function watch(
  origin: string,
  user: TestUser,
  id: string,
): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const seen: { type: string; data: Record<string, unknown> }[] = [];
  for (let last = ''; ;) {
    const headers = {
      Authorization: `Bearer ${user.token}`,
      ...(last === '' ? {} : { 'Last-Event-ID': last }),
    };
    const response = await fetch(`${origin}/v1/jobs/${id}/events`, { headers });
    if (response.status === 204) return seen;
    const text = await response.text();
    for (const [, seq, type, data] of text.matchAll(/^id: (\d+)\nevent: (\w+)\ndata: (.*)$/gm)) {
      last = seq ?? '';
      seen.push({ type: type ?? '', data: JSON.parse(data ?? '{}') as Record<string, unknown> });
    }
  }
}

const setups: Record<string, () => Promise<{ kind: 'postgres' | 'pglite'; changes: Changes }>> = {
  'one process, nothing configured': () => Promise.resolve({ kind: 'pglite', changes: {} }),
  'Postgres and Redis': async () => {
    const { url, prefix } = await scratchRedis();
    return { kind: 'postgres', changes: { redisUrl: url, redisPrefix: prefix } };
  },
};

describe.each(Object.keys(setups))('from upload to result, with %s', (name) => {
  test('a file goes up over a breaking line, its worker is killed once, and the result plays', async () => {
    const { kind, changes } = await setups[name]!();
    const app = new Hono();
    const server = await listen(app);
    const line = await cutLine(server.origin);
    const { cloud, done } = await withCloud(kind, {
      ...changes,
      publicUrl: line.origin,
      timing: { lease: 4, sweepEvery: 0.5, relayEvery: 0.5, announceAgain: 2 },
    });
    app.route('/', cloud.api);
    const scratch = await testFolder();
    const worker = () => startWorkerProcess(cloud, server.origin, scratch, { stepMs: 150 });
    const first = await worker();
    try {
      const user = await newUser(cloud);
      const bytes = randomBytesOf(SIZE);
      const ticket = await requestUpload(user, SIZE, { target: 'es' });
      await uploadWithCuts(ticket, bytes, line);
      expect(line.counted.cuts).toBe(3);
      // Nothing was begun anew: a break costs less than a chunk or so.
      expect(line.counted.bytes).toBeLessThan(SIZE * 1.6);
      const stored = createReadStream(join(cloud.config.folder, 'files', ...ticket.object_key.split('/')));
      const hash = createHash('sha256');
      for await (const chunk of stored) hash.update(chunk as Uint8Array);
      expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));

      const { jobs } = (await (await user.call('/v1/jobs')).json()) as { jobs: Job[] };
      const id = jobs[0]?.id ?? '';
      const watching = watch(server.origin, user, id);
      await first.said('step 4');
      first.child.kill('SIGKILL');
      const second = await worker();
      await second.said('outcome done');
      const seen = await watching;
      const states = seen.map(({ data }) => data['status']).filter(Boolean);
      expect(states[0]).toBe('queued');
      expect(states.filter((state) => state === 'running')).toHaveLength(2);
      expect(states.at(-1)).toBe('done');

      const { url } = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { url: string };
      expect(await (await fetch(url)).text()).toBe(`dubbed ${id}`);
      const seek = await fetch(url, { headers: { Range: 'bytes=7-10' } });
      expect([seek.status, await seek.text()]).toEqual([206, id.slice(0, 4)]);
      second.child.kill('SIGKILL');
    } finally {
      first.child.kill('SIGKILL');
      await line.close();
      await server.close();
      await done();
      await rm(scratch, { recursive: true, force: true });
    }
  }, 120_000);
});
