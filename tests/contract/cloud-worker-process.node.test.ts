import type { ChildProcess } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../server/jobs/shapes.ts';
import { jobOf, serveCloud, type Served } from '../support/cloud/served.ts';
import { testFolder } from '../support/cloud/server.ts';
import { newUser, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';
import { startWorkerProcess } from '../support/cloud/worker-processes.ts';
import { until } from '../support/patience.ts';

async function untilStatus(user: TestUser, id: string, status: Job['status']): Promise<Job> {
  return until(`the job is ${status}`, async () => {
    const job = await jobOf(user, id);
    if (job.status === status) return job;
    if (job.status === 'failed') throw new Error(JSON.stringify(job));
    return undefined;
  });
}

describe('a worker process', () => {
  let served: Served;
  let user: TestUser;
  let scratch: string;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    served = await serveCloud({ lease: 4 });
    user = await newUser(served.cloud);
    scratch = await testFolder();
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await served.close();
    await rm(scratch, { recursive: true, force: true });
  });

  const startWorker = async (worker: string, hold: { holdAt?: number } = {}) => {
    const options = { worker, ...hold };
    const started = await startWorkerProcess(served.cloud, served.origin, scratch, options);
    children.push(started.child);
    return started;
  };

  it('killed in the middle: another one goes on where it was, and there is one result (case 24)', async () => {
    const first = await startWorker('first', { holdAt: 4 });
    const id = await uploadedJob(served.cloud, user, randomBytesOf(1_000));
    await first.said('step 3');
    first.child.kill('SIGKILL');
    await first.exited;
    // What it had on its disk goes at once (case 30).
    await expect.poll(() => readdir(scratch)).toEqual([]);
    const second = await startWorker('second');
    await second.said('outcome done');
    expect(Number(/found (\d+)/.exec(second.output())?.[1])).toBeGreaterThanOrEqual(4);
    expect(await untilStatus(user, id, 'done')).toMatchObject({ attempt: 2 });
    expect(await readdir(scratch)).toEqual([]);
  });

  it('frozen past its lease and woken: it touches nothing any more (case 25)', async () => {
    const first = await startWorker('frozen', { holdAt: 3 });
    const id = await uploadedJob(served.cloud, user, randomBytesOf(1_000));
    await first.said('step 2');
    first.child.kill('SIGSTOP');
    const second = await startWorker('fresh');
    await second.said('outcome done');
    const before = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { sha256: string };
    first.child.kill('SIGCONT');
    await first.said('outcome lost');
    const after = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { sha256: string };
    expect(after.sha256).toBe(before.sha256);
    expect(await jobOf(user, id)).toMatchObject({ status: 'done', attempt: 2 });
  });

  it('asked to end: it hands the job back at once and the next one takes it', async () => {
    const first = await startWorker('polite', { holdAt: 2 });
    const id = await uploadedJob(served.cloud, user, randomBytesOf(1_000));
    await first.said('step 1');
    first.child.kill('SIGTERM');
    await first.said('outcome handed back');
    expect(await jobOf(user, id)).toMatchObject({ status: 'queued', attempt: 1 });
    const second = await startWorker('next');
    await second.said('outcome done');
    await untilStatus(user, id, 'done');
  });
});
