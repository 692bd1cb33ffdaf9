import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobEvents, jobs } from '../../server/db/schema.ts';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import { billsOf, claimJob, endLease } from '../support/cloud/jobs.ts';
import { jobOf } from '../support/cloud/served.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';

const INPUT = randomBytesOf(5_000);
const OUTPUT = randomBytesOf(20_000);

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

const newJob = () => uploadedJob(cloud, user, INPUT);

describe.each(['postgres', 'pglite'] as const)('jobs that do not go through at once, on %s', (kind) => {
  beforeAll(async () => {
    ({ cloud, done } = await withCloud(kind, {
      limits: { pendingUploads: 1000, requestsPerMinute: 100_000 },
    }));
    user = await newUser(cloud);
  });
  afterAll(() => done());
  describe('a job that fails', failing);
  describe('a job that is stopped', stopping);
  describe('waiting and going on', goingOn);
});

function failing(): void {
  it('a job that fails three times is given up, its owner told, nothing billed (case 28)', async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    for (const attempt of [1, 2, 3]) {
      const job = await claimJob(cloud, id, worker);
      expect(job.attempt).toBe(attempt);
      if (attempt === 2) {
        await endLease(cloud, id);
        await cloud.sweepNow();
      } else {
        const fault = { code: 'model.failed', detail: 'CUDA error', final: false };
        expect((await worker.post(`/v1/jobs/${id}/fail`, fault, job)).status).toBe(200);
      }
    }
    expect(await jobOf(user, id)).toMatchObject({
      status: 'failed',
      error: { code: 'job.gave_up', detail: 'CUDA error' },
    });
    expect((await worker.claim(id)).status).toBe(409);
    expect(await billsOf(cloud, id)).toEqual([]);
    const told = await cloud.services.database.read.select().from(jobEvents).where(eq(jobEvents.jobId, id));
    expect(told.at(-1)).toMatchObject({ type: 'state', data: { status: 'failed' } });
  });

  it('three silent deaths end in the dead letter too (case 28)', async () => {
    const id = await newJob();
    for (let i = 0; i < 3; i++) {
      await claimJob(cloud, id);
      await endLease(cloud, id);
    }
    expect((await newWorker(cloud).claim(id)).status).toBe(409);
    await cloud.sweepNow();
    expect(await jobOf(user, id)).toMatchObject({ status: 'failed', error: { code: 'job.gave_up' } });
  });

  it('a fault of the input fails at once; it is not tried again (case 9)', async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    const job = await claimJob(cloud, id, worker);
    await worker.post(`/v1/jobs/${id}/fail`, { code: 'input.not_media', final: true }, job);
    expect(await jobOf(user, id)).toMatchObject({ status: 'failed', error: { code: 'input.not_media' } });
    expect(await billsOf(cloud, id)).toEqual([]);
  });

  it('an owner is told what failed, and no folder of the worker (F5)', async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    const job = await claimJob(cloud, id, worker);
    const detail = "ENOENT, open '/var/tmp/w-1/input.mp4' of https://a.example/x/y at 3 km/h";
    await worker.post(`/v1/jobs/${id}/fail`, { code: 'internal', detail, final: true }, job);
    expect(await jobOf(user, id)).toMatchObject({
      error: { detail: "ENOENT, open 'input.mp4' of https://a.example/x/y at 3 km/h" },
    });
  });
}

function stopping(): void {
  it('a worker that has to stop hands its job back without using up a try', async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    for (let i = 1; i <= 5; i++) {
      const job = await claimJob(cloud, id, worker);
      expect(job.attempt).toBe(i);
      expect((await worker.post(`/v1/jobs/${id}/release`, {}, job)).status).toBe(200);
    }
    expect(await jobOf(user, id)).toMatchObject({ status: 'queued' });
  });

  it('a cancelled job stays cancelled, and its worker is told at its next word', async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    const job = await claimJob(cloud, id, worker);
    expect((await user.post(`/v1/jobs/${id}/cancel`)).status).toBe(200);
    expect((await user.post(`/v1/jobs/${id}/cancel`)).status).toBe(200);
    expect((await worker.post(`/v1/jobs/${id}/heartbeat`, {}, job)).status).toBe(409);
    expect((await worker.finish(job, OUTPUT)).status).toBe(409);
    expect((await worker.claim(id)).status).toBe(409);
    expect(await jobOf(user, id)).toMatchObject({ status: 'cancelled' });
  });
}

function goingOn(): void {
  it('a worker that waits gets the next job, and 204 when there is none', async () => {
    const db = cloud.services.database.write;
    await db
      .update(jobs)
      .set({ status: 'cancelled' })
      .where(sql`status IN ('queued', 'running')`);
    const worker = newWorker(cloud);
    expect((await worker.post('/v1/jobs/claim', { wait_seconds: 0 })).status).toBe(204);
    const waiting = worker.post('/v1/jobs/claim', { wait_seconds: 20 });
    const id = await newJob();
    const response = await waiting;
    expect(((await response.json()) as Claim).jobId).toBe(id);
  });

  it('checkpoints outlive an attempt, are unreadable at rest, and go when the job ends (case 30)', async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    const path = `/v1/jobs/${id}/checkpoint`;
    const first = await claimJob(cloud, id, worker);
    const voice = new TextEncoder().encode('the sound of a voice');
    for (const name of ['jobs/a/s1', 'jobs/a/s2', 'jobs/a/s1']) {
      const put = await worker.call(`${path}?name=${name}`, { method: 'POST', body: voice }, first);
      expect(put.status).toBe(201);
    }
    expect((await worker.call(`${path}?name=/x`, { method: 'POST', body: voice }, first)).status).toBe(400);
    await endLease(cloud, id);
    const second = await claimJob(cloud, id, worker);
    const list = await worker.call(`/v1/jobs/${id}/checkpoints?prefix=jobs/a/`, {}, second);
    expect(((await list.json()) as { names: string[] }).names.sort()).toEqual(['jobs/a/s1', 'jobs/a/s2']);
    const got = await worker.call(`${path}?name=jobs/a/s1`, {}, second);
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(voice);
    const files = await filesBelow(`${cloud.config.folder}/files/checkpoints/${id}`);
    expect(files).toHaveLength(2);
    for (const file of files) expect(file.includes(Buffer.from('voice'))).toBe(false);
    expect((await worker.finish(second, OUTPUT)).status).toBe(200);
    expect((await worker.call(`${path}?name=jobs/a/s1`, {}, second)).status).toBe(409);
    await cloud.sweepNow();
    expect(await filesBelow(`${cloud.config.folder}/files/checkpoints/${id}`)).toEqual([]);
  });
}

/** A folder without files may be gone itself. */
async function filesBelow(folder: string): Promise<Buffer[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(`${entry.parentPath}/${entry.name}`)),
  );
}
