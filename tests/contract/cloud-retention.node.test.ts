import { readdir } from 'node:fs/promises';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobEvents, jobs, uploads, usage, webhookEvents } from '../../server/db/schema.ts';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import {
  createTus,
  newUser,
  newWorker,
  patchTus,
  randomBytesOf,
  requestUpload,
  uploadedJob,
} from '../support/cloud/user.ts';
import { BUNNY, fakeBunny } from '../fakes/bunny.ts';

const INPUT = randomBytesOf(5_000);
const OUTPUT = randomBytesOf(3_000);
const DAY = 24 * 3600;
const KINDS = ['postgres', 'pglite'] as const;

let cloud: TestCloud;
let done: () => Promise<void>;

const files = async () => {
  const below = await readdir(cloud.config.folder, { recursive: true, withFileTypes: true });
  const kept = below.filter((one) => one.isFile() && /\/(?:files|intake)(?:\/|$)/.test(one.parentPath));
  return kept.map((one) => `${one.parentPath.slice(cloud.config.folder.length)}/${one.name}`);
};
const rowsOf = async (id: string) => {
  const { read } = cloud.services.database;
  const [job, events, used] = await Promise.all([
    read.select().from(jobs).where(eq(jobs.id, id)),
    read.select().from(jobEvents).where(eq(jobEvents.jobId, id)),
    read.select().from(usage).where(eq(usage.jobId, id)),
  ]);
  return { jobs: job.length, events: events.length, used: used.length };
};
const claimed = async (id: string, worker = newWorker(cloud)) => {
  const { attempt } = (await (await worker.claim(id)).json()) as Claim;
  return { worker, job: { id, attempt } };
};
const finished = async (id: string) => {
  const { worker, job } = await claimed(id);
  expect((await worker.finish(job, OUTPUT)).status).toBe(200);
};
const remove = async (user: { call: TestCall }, id: string) =>
  (await user.call(`/v1/jobs/${id}`, { method: 'DELETE' })).status;
type TestCall = Awaited<ReturnType<typeof newUser>>['call'];

describe.each(KINDS)('what is kept and what goes, on %s', (kind) => {
  beforeAll(async () => {
    ({ cloud, done } = await withCloud(kind, {
      limits: { requestsPerMinute: 100_000, userBytes: 30_000, openJobs: 3, uploadBytes: 2 ** 60 },
      timing: { keepFiles: 7 * DAY },
    }));
  });
  afterAll(() => done());

  describe('what an owner removes', removing);
  describe('what the sweeper removes', sweeping);
  describe('room for files and jobs', making);
});

function removing(): void {
  it('an owner removes a finished job: file, result and history are gone, what was used is not', async () => {
    const [user, other] = [await newUser(cloud), await newUser(cloud)];
    const id = await uploadedJob(cloud, user, INPUT);
    await finished(id);
    const { url } = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { url: string };
    expect((await files()).length).toBe(2);
    expect(await remove(other, id)).toBe(404);
    expect((await cloud.api.request(url)).status).toBe(200);
    expect(await remove(user, id)).toBe(204);
    expect(await files()).toEqual([]);
    expect(await rowsOf(id)).toEqual({ jobs: 0, events: 0, used: 1 });
    expect((await cloud.api.request(url)).status).toBe(404);
    expect((await user.call(`/v1/jobs/${id}`)).status).toBe(404);
    expect(await remove(user, id)).toBe(404);
    expect(
      await cloud.services.database.read.select().from(uploads).where(eq(uploads.userId, user.id)),
    ).toEqual([]);
  });

  it('a running job is stopped and removed: its worker, its watcher and a late output find nothing', async () => {
    const user = await newUser(cloud);
    const id = await uploadedJob(cloud, user, INPUT);
    const { worker, job } = await claimed(id);
    const save = await worker.call(
      `/v1/jobs/${id}/checkpoint?name=a/b`,
      { method: 'POST', body: INPUT },
      job,
    );
    expect(save.status).toBe(201);
    const events = (await user.call(`/v1/jobs/${id}/events`)).text();
    let late: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (late = controller) });
    const put: RequestInit & { duplex: 'half' } = { method: 'PUT', body, duplex: 'half' };
    const sending = worker.call(`/v1/jobs/${id}/outputs/dub.mp4`, { ...put, headers: {} }, job);
    late?.enqueue(OUTPUT);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await remove(user, id)).toBe(204);
    late?.close();
    expect((await sending).status).toBe(409);
    expect((await worker.post(`/v1/jobs/${id}/heartbeat`, {}, job)).status).toBe(409);
    // It ends either way: with the last event, or because the job is no longer there.
    expect(await events).toContain('"status":"running"');
    expect(await files()).toEqual([]);
    expect(await rowsOf(id)).toEqual({ jobs: 0, events: 0, used: 0 });
  });

  it('a file that another job needs stays until that one goes too', async () => {
    const user = await newUser(cloud);
    const first = await uploadedJob(cloud, user, INPUT, 'es');
    const { uploadId } = (await (await user.call(`/v1/jobs/${first}`)).json()) as { uploadId: string };
    const again = await user.post('/v1/jobs', { upload_id: uploadId, job: { target: 'fr' } });
    const { id: second } = (await again.json()) as { id: string };
    expect(await remove(user, first)).toBe(204);
    expect(await files()).toHaveLength(1);
    const { input } = (await (await newWorker(cloud).claim(second)).json()) as Claim;
    expect((await cloud.api.request(input.url)).status).toBe(200);
    expect(await remove(user, second)).toBe(204);
    expect(await files()).toEqual([]);
    const gone = await user.post('/v1/jobs', { upload_id: uploadId, job: { target: 'it' } });
    expect(gone.status).toBe(404);
  });
}

function sweeping(): void {
  it('the sweeper removes ended jobs and idle files when their time is over, and nothing sooner', async () => {
    const db = cloud.services.database.write;
    const user = await newUser(cloud);
    const old = await uploadedJob(cloud, user, INPUT);
    await finished(old);
    const young = await uploadedJob(cloud, user, INPUT, 'fr');
    await finished(young);
    const open = await uploadedJob(cloud, user, INPUT, 'it');
    const idle = await requestUpload(user, 10);
    await createTus(cloud, idle, 10);
    await patchTus(cloud, idle, 0, INPUT.subarray(0, 10));
    const age = (days: number) => sql`now() - make_interval(days => ${days})`;
    await db
      .update(jobs)
      .set({ finishedAt: age(8) })
      .where(eq(jobs.id, old));
    await db
      .update(jobs)
      .set({ finishedAt: age(6) })
      .where(eq(jobs.id, young));
    await db
      .update(jobs)
      .set({ createdAt: age(30) })
      .where(eq(jobs.id, open));
    await db
      .update(uploads)
      .set({ arrivedAt: age(8) })
      .where(eq(uploads.id, idle.upload_id));
    await cloud.sweepNow();
    expect((await rowsOf(old)).jobs).toBe(0);
    expect((await rowsOf(young)).jobs).toBe(1);
    expect((await rowsOf(open)).jobs).toBe(1);
    // The young one's file and result, and the open one's file.
    expect(await files()).toHaveLength(3);
    expect(await db.select().from(webhookEvents).where(eq(webhookEvents.guid, idle.upload_id))).toEqual([]);
    for (const id of [young, open]) expect(await remove(user, id)).toBe(204);
  });

  it('what earlier attempts have uploaded goes with the end of the job, and the result stays', async () => {
    const user = await newUser(cloud);
    const id = await uploadedJob(cloud, user, INPUT);
    const { worker, job } = await claimed(id);
    const put = await worker.call(`/v1/jobs/${id}/outputs/dub.mp4`, { method: 'PUT', body: OUTPUT }, job);
    expect(put.status).toBe(201);
    await worker.post(`/v1/jobs/${id}/release`, {}, job);
    await finished(id);
    expect((await files()).filter((path) => path.includes('/results/'))).toHaveLength(2);
    await cloud.sweepNow();
    expect((await files()).filter((path) => path.includes('/results/'))).toHaveLength(1);
    const { url } = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { url: string };
    expect(new Uint8Array(await (await cloud.api.request(url)).arrayBuffer())).toEqual(OUTPUT);
    await remove(user, id);
  });
}

function making(): void {
  it('should 413 a file for which the user has no space, until a job is removed (case 8)', async () => {
    const user = await newUser(cloud);
    const ask = (size: number) =>
      user.post('/v1/uploads/request', { filename: 'a.mp4', size, content_type: 'video/mp4' });
    const id = await uploadedJob(cloud, user, INPUT);
    await finished(id);
    const refused = await ask(22_001);
    expect([refused.status, await refused.json()]).toMatchObject([413, { error: { code: 'upload.quota' } }]);
    const pending = await ask(22_000);
    expect(pending.status).toBe(201);
    // An unfinished upload counts with all that it has announced.
    expect((await ask(1)).status).toBe(413);
    await remove(user, id);
    expect((await ask(8_000)).status).toBe(201);
    expect((await ask(1)).status).toBe(413);
  });

  it('should 429 more jobs at a time than allowed, also when asked at once (case 8)', async () => {
    const user = await newUser(cloud);
    const first = await uploadedJob(cloud, user, INPUT);
    const { uploadId } = (await (await user.call(`/v1/jobs/${first}`)).json()) as { uploadId: string };
    const start = (target: string) => user.post('/v1/jobs', { upload_id: uploadId, job: { target } });
    const all = await Promise.all(['fr', 'it', 'de', 'pt', 'nl'].map(start));
    expect(all.map((response) => response.status).sort()).toEqual([201, 201, 429, 429, 429]);
    const refused = all.find((response) => response.status === 429);
    expect([refused?.headers.get('retry-after'), await refused?.json()]).toMatchObject([
      '10',
      { error: { code: 'job.too_many' } },
    ]);
    expect((await start('es')).status).toBe(200);
    const wish = { filename: 'a.mp4', size: 1, content_type: 'video/mp4' };
    expect((await user.post('/v1/uploads/request', { ...wish, job: { target: 'es' } })).status).toBe(429);
    expect((await user.post('/v1/uploads/request', wish)).status).toBe(201);
    await user.post(`/v1/jobs/${first}/cancel`);
    expect((await start('sv')).status).toBe(201);
  });
}

it.each(KINDS)(
  'should 507 a file for which the disk has no room, before a byte is sent, on %s (case 30)',
  async (kind) => {
    const roomy = await withCloud(kind, { limits: { userBytes: 2 ** 60, uploadBytes: 2 ** 60 } });
    try {
      const user = await newUser(roomy.cloud);
      const wish = { filename: 'a.mp4', size: 2 ** 53 - 1, content_type: 'video/mp4' };
      const refused = await user.post('/v1/uploads/request', wish);
      expect([refused.status, await refused.json()]).toMatchObject([
        507,
        { error: { code: 'storage.full' } },
      ]);
    } finally {
      await roomy.done();
    }
  },
);

it('a file at Bunny Stream is removed there', async () => {
  const bunny = await fakeBunny();
  const { libraryId, apiKey, readOnlyKey, tokenKey } = BUNNY;
  const stream = {
    api: bunny.origin,
    libraryId,
    apiKey,
    readOnlyKey,
    tokenKey,
    pullZone: `${bunny.origin}/cdn`,
  };
  const { cloud, done } = await withCloud('postgres', { bunnyStream: stream });
  try {
    const user = await newUser(cloud);
    const ticket = await requestUpload(user, 1_000, { target: 'es' });
    const guid = ticket.headers['VideoId'] ?? '';
    await cloud.api.request('/webhooks/bunnycdn', bunny.webhook(guid, 7));
    const { jobs: mine } = (await (await user.call('/v1/jobs')).json()) as { jobs: { id: string }[] };
    expect(bunny.videos.has(guid)).toBe(true);
    expect((await user.call(`/v1/jobs/${mine[0]?.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(bunny.videos.has(guid)).toBe(false);
  } finally {
    await done();
    await bunny.close();
  }
});
