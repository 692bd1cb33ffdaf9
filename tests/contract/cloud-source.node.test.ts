import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiSource, queueSource } from '../../gpu-worker/queue/source.ts';
import { runWorker } from '../../gpu-worker/queue/worker.ts';
import type { TaskQueue } from '../../server/queue/queue.ts';
import { jobOf, serveCloud, workerOf, type Served } from '../support/cloud/served.ts';
import { testFolder } from '../support/cloud/server.ts';
import { newUser, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';

const never = new AbortController().signal;

let served: Served;
let user: TestUser;
let scratchRoot: string;

beforeAll(async () => {
  served = await serveCloud();
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

const newJob = () => uploadedJob(served.cloud, user, randomBytesOf(1_000));
/** A queue with one task, that tells whether it was acknowledged. */
const queueOf = (jobId: string) => {
  const seen = { done: 0 };
  const done = () => Promise.resolve(void seen.done++);
  const queue: TaskQueue = {
    kind: 'redis',
    publish: () => Promise.resolve(),
    next: () => Promise.resolve({ jobId, keep: () => Promise.resolve(), done }),
    close: () => Promise.resolve(),
  };
  return { queue, seen };
};

async function waiting(): Promise<string[]> {
  const { jobs } = (await (await user.call('/v1/jobs')).json()) as {
    jobs: { id: string; status: string }[];
  };
  return jobs.filter(({ status }) => status === 'queued' || status === 'running').map(({ id }) => id);
}

describe('where a worker finds its jobs', () => {
  it.each([401, 403, 429, 500, 503])(
    'an API that answers %i leaves the task in the queue',
    async (status) => {
      const { queue, seen } = queueOf(await newJob());
      const body = JSON.stringify({ error: { code: 'any.other' } });
      served.gate.answer = () => new Response(body, { status });
      const source = queueSource(workerOf(served).api, queue);
      await expect(source(never)).rejects.toMatchObject({ status });
      expect(seen.done).toBe(0);
      delete served.gate.answer;
      expect(await source(never)).toMatchObject({ claim: { attempt: 1 } });
    },
  );

  it('a job that is not to be had takes its task with it', async () => {
    const id = await newJob();
    await user.post(`/v1/jobs/${id}/cancel`);
    const { queue, seen } = queueOf(id);
    expect(await queueSource(workerOf(served).api, queue)(never)).toBeUndefined();
    expect(seen.done).toBe(1);
  });

  it('a worker for one job takes no second one, also when nobody hears of its end', async () => {
    for (const id of await waiting()) await user.post(`/v1/jobs/${id}/cancel`);
    const [first, second] = [await newJob(), await newJob()];
    const { api, calls } = workerOf(served);
    served.gate.answer = (request) =>
      request.url.endsWith('/fail') ? new Response('down', { status: 500 }) : undefined;
    const lines: string[] = [];
    const outcomes = await runWorker(
      {
        api,
        calls,
        process: () => Promise.reject(new Error('CUDA out of memory')),
        scratchRoot,
        source: apiSource(api),
        once: true,
        say: (line) => void lines.push(line),
      },
      never,
    );
    expect(outcomes).toEqual(['lost']);
    expect(lines.at(-1)).toContain(first);
    expect(await jobOf(user, second)).toMatchObject({ status: 'queued', attempt: 0 });
  });
});
