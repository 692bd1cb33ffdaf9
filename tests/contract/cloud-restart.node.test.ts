import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobs, uploads, usage } from '../../server/db/schema.ts';
import type { Claim, Job, JobWish } from '../../server/jobs/shapes.ts';
import { withCloud, type TestCloud } from '../cloud-server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../cloud-user.ts';

const INPUT = randomBytesOf(1_000);
const OUTPUT = randomBytesOf(2_000);

/** A job that has ended without a result needs no new upload. */
describe.each(['postgres', 'pglite'] as const)('a job that is begun again, on %s', (kind) => {
  let cloud: TestCloud;
  let done: () => Promise<void>;
  let user: TestUser;

  beforeAll(async () => {
    ({ cloud, done } = await withCloud(kind, { limits: { requestsPerMinute: 100_000, openJobs: 2 } }));
  }, 120_000);
  afterAll(() => done(), 60_000);

  const stateOf = async (id: string) =>
    (await (await user.call(`/v1/jobs/${id}`)).json()) as Job & { wish: JobWish };
  const begin = async (id: string, wish: Record<string, unknown> = { target: 'es' }, by = user) => {
    const { uploadId } = await stateOf(id);
    const response = await by.post('/v1/jobs', { upload_id: uploadId, job: wish });
    return { status: response.status, job: (await response.json()) as Job };
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

  test('has the new wishes and three tries again, and no attempt number comes twice', async () => {
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

  test('is not touched by a worker that held it before', async () => {
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

  test('finds what it had finished, also after the sweeper; once it is done nothing of that is left', async () => {
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

  test('tells of itself from its new beginning', async () => {
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

  test('leaves one alone that waits, is going or is done', async () => {
    const id = await newJob();
    const other = { target: 'es', background: 'none' };
    expect(await begin(id, other)).toMatchObject({ status: 200, job: { status: 'queued' } });
    const { worker, fence } = await claimed(id);
    expect(await begin(id, other)).toMatchObject({ status: 200, job: { status: 'running' } });
    await worker.finish(fence, OUTPUT);
    expect(await begin(id, other)).toMatchObject({ status: 200, job: { status: 'done' } });
    expect((await stateOf(id)).wish.background).toBe('duck');
  });

  test("counts as open again, is its owner's alone, and needs its file", async () => {
    const id = await newJob();
    await fail(id);
    const { uploadId } = await stateOf(id);
    const open = [await uploadedJob(cloud, user, INPUT), await uploadedJob(cloud, user, INPUT)];
    expect((await begin(id)).status).toBe(429);
    expect(await stateOf(id)).toMatchObject({ status: 'failed' });
    await user.post(`/v1/jobs/${open[0]}/cancel`);
    expect((await begin(id, { target: 'es' }, await newUser(cloud))).status).toBe(404);
    const { write } = cloud.services.database;
    await write.update(uploads).set({ state: 'expired' }).where(eq(uploads.id, uploadId));
    expect((await begin(id)).status).toBe(410);
    await write.update(uploads).set({ state: 'arrived' }).where(eq(uploads.id, uploadId));
    const all = await Promise.all([begin(id), begin(id), begin(id)]);
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(await write.select().from(jobs).where(eq(jobs.uploadId, uploadId))).toHaveLength(1);
  });
});
