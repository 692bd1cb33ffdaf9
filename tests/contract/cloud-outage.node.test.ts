import { eq, sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkerApi } from '../../gpu-worker/queue/api.ts';
import { createCalls } from '../../gpu-worker/queue/calls.ts';
import { doJob } from '../../gpu-worker/queue/job.ts';
import { jobs, outbox, usage } from '../../server/db/schema.ts';
import type { Job } from '../../server/jobs/shapes.ts';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';
import { listen } from '../fakes/listen.ts';

const HOUR = 3600;
const never = new AbortController().signal;

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

const newJob = async () => {
  user = await newUser(cloud);
  return uploadedJob(cloud, user, randomBytesOf(1_000));
};
const rowOf = async (id: string) => {
  const [row] = await cloud.services.database.write.select().from(jobs).where(eq(jobs.id, id));
  return row!;
};
const stateOf = async (id: string) => (await (await user.call(`/v1/jobs/${id}`)).json()) as Job;
const claimed = async (id: string) => {
  const worker = newWorker(cloud);
  const response = await worker.claim(id);
  expect(response.status).toBe(200);
  const { attempt } = (await response.json()) as Claim;
  return { worker, fence: { id, attempt } };
};
/** A worker takes the job and cannot have its file. @returns seconds until it is to be tried again */
const handBack = async (id: string) => {
  const { worker, fence } = await claimed(id);
  const response = await worker.post(`/v1/jobs/${id}/release`, { reason: 'source_unreachable' }, fence);
  expect(response.status).toBe(200);
  const { retryAt, updatedAt } = await rowOf(id);
  return retryAt === null ? undefined : (retryAt.getTime() - updatedAt.getTime()) / 1000;
};
/** As if so much time had gone by. */
const later = (id: string, seconds: number) =>
  cloud.services.database.write
    .update(jobs)
    .set({
      outageSince: sql`outage_since - make_interval(secs => ${seconds})`,
      retryAt: sql`retry_at - make_interval(secs => ${seconds})`,
    })
    .where(eq(jobs.id, id));

/** The storage where files lie cannot be reached, while everything else works. */
describe.each(['postgres', 'pglite'] as const)('an outage of the storage, on %s', (kind) => {
  beforeAll(async () => {
    ({ cloud, done } = await withCloud(kind, {
      limits: { requestsPerMinute: 100_000 },
      timing: { outage: 6 * HOUR, announceAgain: 0 },
    }));
  });
  afterAll(() => done());

  describe('how long a job waits', waiting);
  describe('when it is over', ending);
  describe('who hears of it', telling);
});

function waiting(): void {
  it('makes the job wait, longer each time, and nobody takes it meanwhile', async () => {
    const id = await newJob();
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      waits.push((await handBack(id)) ?? NaN);
      expect((await newWorker(cloud).claim(id)).status).toBe(409);
      const { retryAt } = await rowOf(id);
      expect(await stateOf(id)).toMatchObject({ status: 'queued', retryAt: retryAt?.toISOString() });
      await later(id, HOUR / 4);
    }
    const most = [30, 60, 120, 240, 480, 900, 900, 900, 900];
    for (const [n, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(most[n]! / 2 - 0.01);
      expect(wait).toBeLessThanOrEqual(most[n]! + 0.01);
    }
    expect(await rowOf(id)).toMatchObject({ outages: 9, attempt: 9, handedBack: 9 });
  });

  it('ends the job after its time, with a code of its own; its owner may begin it again', async () => {
    const id = await newJob();
    let tries = 0;
    while ((await stateOf(id)).status === 'queued') {
      await handBack(id);
      await later(id, HOUR / 4);
      expect(++tries).toBeLessThan(40);
    }
    // A quarter of an hour each: six hours are 24 waits.
    expect(tries).toBe(25);
    expect(await stateOf(id)).toMatchObject({
      status: 'failed',
      attempt: 25,
      error: { code: 'job.source_unreachable', detail: 'It was tried 25 times in 6 h.' },
    });
    expect((await newWorker(cloud).claim(id)).status).toBe(409);
    const events = await (await user.call(`/v1/jobs/${id}/events`)).text();
    expect(events.match(/"code":"job.source_unreachable"/g)).toHaveLength(1);
    const again = await user.post(`/v1/jobs/${id}/retry`, { attempt: 25 });
    expect([again.status, await again.json()]).toMatchObject([201, { status: 'queued', retryAt: null }]);
    expect(await rowOf(id)).toMatchObject({ outages: 0, outageSince: null });
    const { worker, fence } = await claimed(id);
    expect((await worker.finish(fence, randomBytesOf(10))).status).toBe(200);
    const bills = await cloud.services.database.read.select().from(usage).where(eq(usage.jobId, id));
    expect(bills).toHaveLength(1);
  });
}

function ending(): void {
  it('that a job met twice with hours of waiting in line between is not its end', async () => {
    const id = await newJob();
    await handBack(id);
    await later(id, 48 * HOUR);
    await handBack(id);
    expect(await stateOf(id)).toMatchObject({ status: 'queued' });
  });

  it('is over once a worker has the file: the next one counts from its own beginning', async () => {
    const id = await newJob();
    for (let n = 0; n < 6; n++) {
      await handBack(id);
      await later(id, HOUR / 2);
    }
    const { worker, fence } = await claimed(id);
    const silent = await worker.post(`/v1/jobs/${id}/heartbeat`, {}, fence);
    expect(silent.status).toBe(200);
    expect((await rowOf(id)).outages).toBe(6);
    const events = [{ type: 'stage', stage: 'demux', state: 'running' }];
    await worker.post(`/v1/jobs/${id}/heartbeat`, { events }, fence);
    expect(await rowOf(id)).toMatchObject({ outages: 0, outageSince: null });
    await worker.post(`/v1/jobs/${id}/release`, { reason: 'stopping' }, fence);
    expect(await stateOf(id)).toMatchObject({ status: 'queued', retryAt: null });
    expect(await handBack(id)).toBeLessThanOrEqual(30);
  });
}

function telling(): void {
  it('is not announced to workers before its time', async () => {
    const id = await newJob();
    await handBack(id);
    const told = async () =>
      (await cloud.services.database.read.select().from(outbox).where(eq(outbox.jobId, id))).length;
    const before = await told();
    // Whatever was announced has been carried away.
    await cloud.services.database.write.update(outbox).set({ sentAt: sql`now() - interval '1 second'` });
    await cloud.sweepNow();
    expect(await told()).toBe(before);
    await later(id, HOUR);
    await cloud.sweepNow();
    expect(await told()).toBe(before + 1);
  });

  it('is what a worker says when the source does not answer', async () => {
    const id = await newJob();
    const down = await listen(new Hono().all('*', (c) => c.text('down', 503)));
    const api = await listen(new Hono().route('/', cloud.api));
    try {
      const calls = createCalls({
        url: api.origin,
        key: cloud.services.keys.worker,
        worker: 'w1',
        backoffMs: 1,
      });
      const worker = createWorkerApi(calls);
      const claim = await worker.claim(id, never);
      const tools = {
        api: worker,
        calls,
        process: () => Promise.reject(new Error('There is no file to work on.')),
        scratchRoot: `${cloud.config.folder}/scratch`,
        downloadTimes: { backoffMs: 1 },
        keep: () => Promise.resolve(),
      };
      const gone = { ...claim, input: { ...claim.input, url: `${down.origin}/file` } };
      expect(await doJob(tools, gone, never)).toBe('handed back');
      expect(await rowOf(id)).toMatchObject({ status: 'queued', outages: 1, handedBack: 1 });
    } finally {
      await down.close();
      await api.close();
    }
  });
}
