import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobs, uploads, usage } from '../../server/db/schema.ts';
import type { Job } from '../../server/jobs/shapes.ts';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import type { JobWish } from '../../server/wish/shapes.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';

const INPUT = randomBytesOf(1_000);
const OUTPUT = randomBytesOf(2_000);

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

const stateOf = async (id: string) =>
  (await (await user.call(`/v1/jobs/${id}`)).json()) as Job & { wish: JobWish };
/** @param attempt at which it ended; as it stands when undefined */
const begin = async (id: string, wish?: Record<string, unknown>, by = user, attempt?: number) => {
  const again = { attempt: attempt ?? (await stateOf(id)).attempt, ...(wish && { job: wish }) };
  const response = await by.post(`/v1/jobs/${id}/retry`, again);
  return { status: response.status, job: (await response.json()) as Job };
};
const ask = async (id: string, wish: Record<string, unknown> = { target: 'es' }) => {
  const { uploadId } = await stateOf(id);
  const response = await user.post('/v1/jobs', { upload_id: uploadId, job: wish });
  return { status: response.status, body: (await response.json()) as unknown };
};
const claimed = async (id: string, worker = newWorker(cloud)) => {
  const { attempt, wish } = (await (await worker.claim(id)).json()) as Claim;
  return { worker, wish, fence: { id, attempt } };
};
const fail = async (id: string, code = 'input.no_speech', final = true) => {
  const { worker, fence } = await claimed(id);
  expect((await worker.post(`/v1/jobs/${id}/fail`, { code, final }, fence)).status).toBe(200);
  return { worker, fence };
};
const newJob = async () => {
  user = await newUser(cloud);
  return uploadedJob(cloud, user, INPUT);
};

/** A job that has ended without a result needs no new upload. */
describe.each(['postgres', 'pglite'] as const)('a job that is begun again, on %s', (kind) => {
  beforeAll(async () => {
    ({ cloud, done } = await withCloud(kind, { limits: { requestsPerMinute: 100_000, openJobs: 2 } }));
  });
  afterAll(() => done());

  describe('what it has', beginning);
  describe('what it keeps', keeping);
  describe('with other wishes', wishing);
  describe('who may', allowing);
});

function beginning(): void {
  it('has the new wishes and three tries again, and no attempt number comes twice', async () => {
    const id = await newJob();
    for (let n = 0; n < 3; n++) await fail(id, 'model.failed', false);
    expect(await stateOf(id)).toMatchObject({ status: 'failed', attempt: 3 });
    const wish = { target: 'es', voice: { kind: 'preset', id: 'anna' }, background: 'none' };
    const again = await begin(id, wish);
    expect([again.status, again.job]).toMatchObject([201, { id, status: 'queued', attempt: 3 }]);
    expect((await stateOf(id)).wish).toMatchObject(wish);
    for (let n = 0; n < 2; n++) await fail(id, 'model.failed', false);
    const last = await claimed(id);
    expect([last.fence.attempt, last.wish]).toMatchObject([6, wish]);
    expect((await last.worker.finish(last.fence, OUTPUT)).status).toBe(200);
    expect(await stateOf(id)).toMatchObject({ status: 'done', attempt: 6 });
    const bills = await cloud.services.database.read.select().from(usage).where(eq(usage.jobId, id));
    expect(bills).toHaveLength(1);
  });

  it('is not touched by a worker that held it before', async () => {
    const id = await newJob();
    const { worker, fence } = await claimed(id);
    expect((await user.post(`/v1/jobs/${id}/cancel`)).status).toBe(200);
    expect((await begin(id)).status).toBe(201);
    const now = await claimed(id, newWorker(cloud, 'w2'));
    expect(now.fence.attempt).toBe(2);
    expect((await worker.post(`/v1/jobs/${id}/heartbeat`, {}, fence)).status).toBe(409);
    expect((await worker.finish(fence, OUTPUT)).status).toBe(409);
    expect((await now.worker.finish(now.fence, OUTPUT)).status).toBe(200);
  });

  it('finds what it had finished, also after the sweeper; once it is done nothing of that is left', async () => {
    const id = await newJob();
    const path = `/v1/jobs/${id}/checkpoint`;
    const voice = new TextEncoder().encode('the sound of a voice');
    const first = await claimed(id);
    await first.worker.call(`${path}?name=work/s1`, { method: 'POST', body: voice }, first.fence);
    await first.worker.post(`/v1/jobs/${id}/fail`, { code: 'input.no_speech', final: true }, first.fence);
    await cloud.sweepNow();
    await begin(id, { target: 'es', background: 'none' });
    const second = await claimed(id);
    const found = await second.worker.call(`${path}?name=work/s1`, {}, second.fence);
    expect(new Uint8Array(await found.arrayBuffer())).toEqual(voice);
    await second.worker.finish(second.fence, OUTPUT);
    await cloud.sweepNow();
    const { rows } = (await cloud.services.database.read.execute(
      sql`SELECT 1 FROM checkpoints WHERE job_id = ${id} UNION ALL SELECT 1 FROM keys WHERE job_id = ${id}`,
    )) as { rows: unknown[] };
    expect(rows).toEqual([]);
  });
}

function keeping(): void {
  it('tells of itself from its new beginning', async () => {
    const id = await newJob();
    await fail(id);
    await begin(id);
    const { worker, fence } = await claimed(id);
    await worker.finish(fence, OUTPUT);
    const events = await (await user.call(`/v1/jobs/${id}/events`)).text();
    expect([...events.matchAll(/"status":"(\w+)"/g)].map(([, status]) => status)).toEqual([
      'queued',
      'running',
      'done',
    ]);
  });

  it('leaves one alone that waits, is going or is done', async () => {
    const id = await newJob();
    const other = { target: 'es', background: 'none' };
    expect(await begin(id, other)).toMatchObject({ status: 200, job: { status: 'queued' } });
    const { worker, fence } = await claimed(id);
    expect(await begin(id, other)).toMatchObject({ status: 200, job: { status: 'running' } });
    await worker.finish(fence, OUTPUT);
    expect(await begin(id, other)).toMatchObject({ status: 200, job: { status: 'done' } });
    expect((await stateOf(id)).wish.background).toBe('duck');
  });

  it('keeps its wishes when no others are said, and its language always', async () => {
    const id = await newJob();
    await fail(id);
    expect(await begin(id, { target: 'fr' })).toMatchObject({
      status: 409,
      job: { error: { code: 'job.other_wish' } },
    });
    const { wish } = await stateOf(id);
    expect(await begin(id)).toMatchObject({ status: 201, job: { status: 'queued' } });
    expect((await stateOf(id)).wish).toEqual(wish);
  });

  it('was not begun by a call that only made it, however late that comes', async () => {
    const id = await newJob();
    await fail(id, 'input.not_media');
    for (let n = 0; n < 2; n++) {
      expect(await ask(id)).toMatchObject({ status: 200, body: { id, status: 'failed', attempt: 1 } });
    }
    expect(await stateOf(id)).toMatchObject({ status: 'failed', error: { code: 'input.not_media' } });
    await begin(id);
    await user.post(`/v1/jobs/${id}/cancel`);
    expect(await ask(id)).toMatchObject({ status: 200, body: { id, status: 'cancelled' } });
  });

  it('is begun once for each end: a retry that comes again after the next end changes nothing', async () => {
    const id = await newJob();
    await fail(id);
    expect(await begin(id, undefined, user, 1)).toMatchObject({ status: 201 });
    await fail(id);
    expect(await begin(id, undefined, user, 1)).toMatchObject({
      status: 200,
      job: { status: 'failed', attempt: 2 },
    });
  });
}

function wishing(): void {
  it('other wishes for a job that is there are refused, not ignored, whatever its state', async () => {
    const id = await newJob();
    const refused = { status: 409, body: { error: { code: 'job.other_wish' } } };
    const others = [
      { target: 'es', voice: { kind: 'preset', id: 'anna' } },
      { target: 'es', source: 'en' },
      { target: 'es', subtitles: { name: 'a.srt', text: '1' } },
    ];
    const tryAll = async (status: string) => {
      for (const wish of others) expect(await ask(id, wish)).toMatchObject(refused);
      // Said in another way it is still the same.
      const same = { voice: { kind: 'match' }, source: 'auto', target: 'es' };
      expect(await ask(id, same)).toMatchObject({ status: 200, body: { id, status } });
    };
    await tryAll('queued');
    const { worker, fence } = await claimed(id);
    await tryAll('running');
    await worker.finish(fence, OUTPUT);
    await tryAll('done');
    expect((await stateOf(id)).wish).toMatchObject({ voice: { kind: 'match' }, source: 'auto' });
    // Another language is another job.
    expect(await ask(id, { target: 'fr', source: 'en' })).toMatchObject({
      status: 201,
      body: { target: 'fr', status: 'queued' },
    });
  });

  it('of two calls at once with other wishes one makes the job and one is refused', async () => {
    const id = await newJob();
    const wishes = [
      { target: 'de', background: 'none' },
      { target: 'de', background: 'duck' },
    ];
    const all = await Promise.all(wishes.map((wish) => ask(id, wish)));
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
}

function allowing(): void {
  it("counts as open again, is its owner's alone, and needs its file", async () => {
    const id = await newJob();
    await fail(id);
    const { uploadId } = await stateOf(id);
    const open = [await uploadedJob(cloud, user, INPUT), await uploadedJob(cloud, user, INPUT)];
    expect((await begin(id)).status).toBe(429);
    expect(await stateOf(id)).toMatchObject({ status: 'failed' });
    await user.post(`/v1/jobs/${open[0]}/cancel`);
    expect((await begin(id, undefined, await newUser(cloud), 1)).status).toBe(404);
    const { write } = cloud.services.database;
    await write.update(uploads).set({ state: 'expired' }).where(eq(uploads.id, uploadId));
    expect((await begin(id)).status).toBe(410);
    await write.update(uploads).set({ state: 'arrived' }).where(eq(uploads.id, uploadId));
    const all = await Promise.all([1, 2, 3].map(() => begin(id, undefined, user, 1)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(await write.select().from(jobs).where(eq(jobs.uploadId, uploadId))).toHaveLength(1);
  });
}
