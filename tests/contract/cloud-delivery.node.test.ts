import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { doJob, type Process } from '../../gpu-worker/queue/job.ts';
import { jobs } from '../../server/db/schema.ts';
import { jobOf, serveCloud, workerOf, type Served } from '../support/cloud/served.ts';
import { testFolder } from '../support/cloud/server.ts';
import { newUser, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';
import { fakeReport } from '../fakes/report.ts';

const never = new AbortController().signal;
/** Seconds; a busy machine may keep a heartbeat waiting for one of them. */
const LEASE = 5;

let served: Served;
let user: TestUser;
let scratchRoot: string;

beforeAll(async () => {
  served = await serveCloud({ lease: LEASE });
  user = await newUser(served.cloud);
  scratchRoot = await testFolder();
});
afterEach(() => {
  delete served.gate.answer;
});
afterAll(async () => {
  await served.close();
  await rm(scratchRoot, { recursive: true, force: true });
});

const dub: Process = async ({ scratch }) => {
  const path = join(scratch, 'result.mp4');
  await writeFile(path, 'dubbed');
  return { video: { path, contentType: 'video/mp4' }, subtitles: undefined, report: fakeReport() };
};
const work = async (id: string) => {
  const { calls, api } = workerOf(served);
  const claim = await api.claim(id, never);
  const times = {
    voiceTimes: { heartbeat: 100, gather: 5 },
    downloadTimes: { backoffMs: 2, timeoutMs: 5_000 },
  };
  const keep = () => Promise.resolve();
  return doJob({ api, calls, process: dub, scratchRoot, keep, ...times }, claim, never);
};
/** As if the time that a job waits after an outage had gone by. */
const waitOver = (id: string) =>
  served.cloud.services.database.write
    .update(jobs)
    .set({ retryAt: sql`now()` })
    .where(eq(jobs.id, id));
const isSource = (request: Request) => new URL(request.url).pathname.startsWith('/v1/files/');

/** What lies between the worker and its files: the way there and the way back. */
describe('a worker whose storage is slow', () => {
  it('keeps its job while it delivers, however long that takes', async () => {
    const id = await uploadedJob(served.cloud, user, randomBytesOf(1_000));
    served.gate.answer = async (request) => {
      // Three leases, with the sweeper at work.
      if (request.method === 'PUT') await sleep(3_000 * LEASE);
      return undefined;
    };
    expect(await work(id)).toBe('done');
    expect(await jobOf(user, id)).toMatchObject({ status: 'done', attempt: 1 });
  });

  it('stops delivering when the job is no longer its own', async () => {
    const id = await uploadedJob(served.cloud, user, randomBytesOf(1_000));
    let completed = false;
    served.gate.answer = async (request) => {
      if (request.method === 'PUT') {
        await user.post(`/v1/jobs/${id}/cancel`);
        await sleep(1_000);
      }
      completed ||= request.url.endsWith('/complete');
      return undefined;
    };
    expect(await work(id)).toBe('lost');
    expect(completed).toBe(false);
    expect(await jobOf(user, id)).toMatchObject({ status: 'cancelled' });
  });

  it('hands the job back as long as the storage is out, and does it once it is there again', async () => {
    const id = await uploadedJob(served.cloud, user, randomBytesOf(1_000));
    served.gate.answer = (request) => (isSource(request) ? new Response('out', { status: 503 }) : undefined);
    // More often than a job may fail.
    for (let outage = 0; outage < 4; outage++) {
      expect(await work(id)).toBe('handed back');
      await waitOver(id);
    }
    expect(await jobOf(user, id)).toMatchObject({ status: 'queued', attempt: 4 });
    delete served.gate.answer;
    expect(await work(id)).toBe('done');
    expect(await jobOf(user, id)).toMatchObject({ status: 'done', attempt: 5 });
    expect(await readdir(scratchRoot)).toEqual([]);
  });
});

describe('a worker whose file does not come', () => {
  it('waits for a file that is not to be seen yet', async () => {
    const id = await uploadedJob(served.cloud, user, randomBytesOf(1_000));
    let asked = 0;
    served.gate.answer = (request) =>
      isSource(request) && ++asked <= 3 ? new Response('not yet', { status: 404 }) : undefined;
    expect(await work(id)).toBe('done');
    expect(asked).toBe(4);
  });

  it('fails when the file stays away, and only the third time is the end', async () => {
    const id = await uploadedJob(served.cloud, user, randomBytesOf(1_000));
    served.gate.answer = (request) => (isSource(request) ? new Response('gone', { status: 404 }) : undefined);
    for (const status of ['queued', 'queued', 'failed']) {
      expect(await work(id)).toBe('failed');
      expect(await jobOf(user, id)).toMatchObject({ status });
    }
    expect(await jobOf(user, id)).toMatchObject({ error: { code: 'job.gave_up' } });
  });
});
