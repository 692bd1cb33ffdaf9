import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import * as tus from 'tus-js-client';
import type { Job } from '../../server/jobs/shapes.ts';
import type { UploadTicket } from '../../server/uploads/shapes.ts';
import { readAll } from '../../server/storage/storage.ts';
import {
  scratchRedis,
  testFolder,
  withCloud,
  type Changes,
  type TestCloud,
} from '../support/cloud/server.ts';
import { newUser, randomBytesOf, requestUpload, type TestUser } from '../support/cloud/user.ts';
import { bunnyStorageAt, bunnyStreamAt, fakeBunny } from '../fakes/bunny.ts';
import { cutLine } from '../fakes/cut-line.ts';
import { listen } from '../fakes/listen.ts';
import { fakeS3, S3 } from '../fakes/s3.ts';
import { startWorkerProcess } from '../support/cloud/worker-processes.ts';

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

interface Setup {
  readonly kind: 'postgres' | 'pglite';
  /** Where files go up to, when that is not the server itself. */
  readonly intake?: string;
  /** @param line address of whatever files go up to, over the line that breaks */
  changes(line: string): Changes;
  /** What has arrived of an upload. */
  arrived(cloud: TestCloud, ticket: UploadTicket): Promise<Uint8Array>;
  /** Told where the server listens. */
  started?(origin: string): void;
  /** What is left outside of the server after the job was deleted. */
  leftovers?(): number;
  close?(): Promise<void>;
}

async function inStorage({ services }: TestCloud, { object_key }: UploadTicket): Promise<Uint8Array> {
  const file = await services.storage.get(object_key);
  return file ? readAll(file.body) : new Uint8Array();
}

const setups: Record<string, () => Promise<Setup>> = {
  'one process, nothing configured': () =>
    Promise.resolve({ kind: 'pglite', changes: (line) => ({ publicUrl: line }), arrived: inStorage }),
  'Postgres and Redis': async () => {
    const { url, prefix } = await scratchRedis();
    const changes = (line: string) => ({ publicUrl: line, redisUrl: url, redisPrefix: prefix });
    return { kind: 'postgres', changes, arrived: inStorage };
  },
  'files on S3': async () => {
    const fake = await fakeS3();
    const storage = { kind: 's3', ...S3, endpoint: fake.origin } as const;
    return {
      kind: 'pglite',
      changes: (line) => ({ publicUrl: line, storage }),
      arrived: inStorage,
      leftovers: () => fake.files.size + fake.parts.size,
      close: fake.close,
    };
  },
  'files in Bunny Storage': async () => {
    const fake = await fakeBunny();
    return {
      kind: 'pglite',
      changes: (line) => ({ publicUrl: line, storage: bunnyStorageAt(fake.origin) }),
      arrived: inStorage,
      leftovers: () => fake.files.size,
      close: fake.close,
    };
  },
  'uploads to Bunny Stream, results in Bunny Storage': async () => {
    const fake = await fakeBunny();
    return {
      kind: 'pglite',
      intake: fake.origin,
      changes: (line) => ({
        bunnyStream: { ...bunnyStreamAt(fake.origin), api: line },
        storage: bunnyStorageAt(fake.origin),
      }),
      arrived: (_, { headers }) =>
        Promise.resolve(fake.files.get(`${headers['VideoId']}/original`) ?? new Uint8Array()),
      started: (origin) => (fake.hook.url = `${origin}/webhooks/bunnycdn`),
      leftovers: () => fake.files.size + fake.videos.size,
      close: fake.close,
    };
  },
};

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.each(Object.keys(setups))('from upload to result, with %s', (name) => {
  it('a file goes up over a breaking line, its worker is killed once, and the result plays', async () => {
    const setup = await setups[name]!();
    const app = new Hono();
    const server = await listen(app);
    setup.started?.(server.origin);
    const line = await cutLine(setup.intake ?? server.origin);
    const { cloud, done } = await withCloud(setup.kind, {
      ...setup.changes(line.origin),
      timing: { lease: 4, sweepEvery: 0.5, relayEvery: 0.5, announceAgain: 2 },
    });
    app.route('/', cloud.api);
    const scratch = await testFolder();
    const first = await startWorkerProcess(cloud, server.origin, scratch, { holdAt: 5 });
    try {
      const user = await newUser(cloud);
      const bytes = randomBytesOf(SIZE);
      const ticket = await requestUpload(user, SIZE, { target: 'es' });
      await uploadWithCuts(ticket, bytes, line);
      expect(line.counted.cuts).toBe(3);
      // Nothing was begun anew: a break costs less than a chunk or so.
      expect(line.counted.bytes).toBeLessThan(SIZE * 1.6);
      expect(sha256(await setup.arrived(cloud, ticket))).toBe(sha256(bytes));

      const { jobs } = (await (await user.call('/v1/jobs')).json()) as { jobs: Job[] };
      const id = jobs[0]?.id ?? '';
      const watching = watch(server.origin, user, id);
      await first.said('step 4');
      first.child.kill('SIGKILL');
      const second = await startWorkerProcess(cloud, server.origin, scratch);
      await second.said('outcome done');
      const seen = await watching;
      const states = seen.map(({ data }) => data['status']).filter(Boolean);
      expect(states[0]).toBe('queued');
      expect(states.filter((state) => state === 'running')).toHaveLength(2);
      expect(states.at(-1)).toBe('done');

      const result = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as {
        url: string;
        original_url: string;
      };
      expect(await (await fetch(result.url)).text()).toBe(`dubbed ${id}`);
      const seek = await fetch(result.url, { headers: { Range: 'bytes=7-10' } });
      expect([seek.status, await seek.text()]).toEqual([206, id.slice(0, 4)]);
      const end = `bytes=${SIZE - 100}-`;
      const original = await fetch(result.original_url, { headers: { Range: end } });
      expect(original.status).toBe(206);
      expect(new Uint8Array(await original.arrayBuffer())).toEqual(bytes.slice(-100));
      second.child.kill('SIGKILL');

      expect((await user.call(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
      expect(setup.leftovers?.() ?? 0).toBe(0);
    } finally {
      first.child.kill('SIGKILL');
      await line.close();
      await server.close();
      await done();
      await setup.close?.();
      await rm(scratch, { recursive: true, force: true });
    }
  });
});
