import type { ChildProcess } from 'node:child_process';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OctaviaError } from '@octavia/pipeline/errors';
import { Hono } from 'hono';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from '../../gpu-worker/queue/download.ts';
import { doJob, type Process } from '../../gpu-worker/queue/job.ts';
import { createRemoteStore } from '../../gpu-worker/queue/remote-store.ts';
import type { Job } from '../../server/jobs/shapes.ts';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import { jobOf, serveCloud, workerOf, type Served } from '../support/cloud/served.ts';
import { testFolder, type TestCloud } from '../support/cloud/server.ts';
import { newUser, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';
import { listen } from '../fakes/listen.ts';
import { answerBytes } from '../fakes/ranges.ts';
import { fakeReport } from '../fakes/report.ts';
import { startWorkerProcess } from '../support/cloud/worker-processes.ts';
import { HUNG_MS, until } from '../support/patience.ts';
import { storeSuite } from './store.suite.ts';

const never = new AbortController().signal;

async function untilStatus(user: TestUser, id: string, status: Job['status']): Promise<Job> {
  return until(`the job is ${status}`, async () => {
    const job = await jobOf(user, id);
    if (job.status === status) return job;
    if (job.status === 'failed') throw new Error(JSON.stringify(job));
    return undefined;
  });
}

describe('a worker', () => {
  let served: Served;
  let cloud: TestCloud;
  let user: TestUser;
  let scratchRoot: string;
  const input = randomBytesOf(100_000);

  beforeAll(async () => {
    served = await serveCloud();
    cloud = served.cloud;
    user = await newUser(cloud);
    scratchRoot = await testFolder();
  });
  afterAll(async () => {
    await served.close();
    await rm(scratchRoot, { recursive: true, force: true });
  });

  const start = async (process: Process, stop: AbortSignal = never, mostSeconds = 3600) => {
    const id = await uploadedJob(cloud, user, input);
    const { calls, api } = workerOf(served);
    const claim = await api.claim(id, never);
    const heartbeatTimes = { heartbeat: 50, gather: 5 };
    const keep = () => Promise.resolve();
    const tools = { api, calls, process, scratchRoot, heartbeatTimes, mostSeconds, keep };
    return { id, claim, outcome: doJob(tools, claim, stop) };
  };
  const writeResult = async (scratch: string) => {
    const path = join(scratch, 'result.mp4');
    await writeFile(path, 'dubbed');
    return { video: { path, contentType: 'video/mp4' }, subtitles: undefined, report: fakeReport() };
  };

  it('downloads, works in a folder of its own, uploads, completes and leaves nothing behind', async () => {
    const { id, outcome } = await start(async (work, _signal, onEvent) => {
      expect(new Uint8Array(await readFile(work.input.path))).toEqual(input);
      expect((await stat(work.scratch)).mode & 0o777).toBe(0o700);
      expect((await stat(work.input.path)).mode & 0o777).toBe(0o600);
      onEvent({ type: 'stage', stage: 'vad', state: 'running', fraction: 0 });
      return writeResult(work.scratch);
    });
    expect(await outcome).toBe('done');
    expect(await jobOf(user, id)).toMatchObject({ status: 'done', seconds: 10, durationMatch: 1 });
    expect(await readdir(scratchRoot)).toEqual([]);
    const { url } = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { url: string };
    expect(await (await fetch(url)).text()).toBe('dubbed');
  });

  it('says what was wrong with the input, and that is the end of the job (case 9)', async () => {
    const { id, outcome } = await start(() => Promise.reject(new OctaviaError('input.not_media')));
    expect(await outcome).toBe('failed');
    expect(await jobOf(user, id)).toMatchObject({ status: 'failed', error: { code: 'input.not_media' } });
    expect(await readdir(scratchRoot)).toEqual([]);
  });

  it('lets the job be tried again after a fault of this machine', async () => {
    const { id, outcome } = await start(() => Promise.reject(new Error('CUDA out of memory')));
    expect(await outcome).toBe('failed');
    expect(await jobOf(user, id)).toMatchObject({ status: 'queued', attempt: 1 });
  });

  it('gives up a job for good that takes longer than it may', async () => {
    const endless: Process = (_work, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new OctaviaError('job.cancelled')));
      });
    const { id, outcome } = await start(endless, never, 0.5);
    expect(await outcome).toBe('failed');
    expect(await jobOf(user, id)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'policy.time' },
    });
  });

  it('stops soon when the owner cancels', async () => {
    let stopped = false;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const { id, outcome } = await start(async (_work, signal) => {
      begin();
      await sleep(HUNG_MS, undefined, { signal }).catch(() => (stopped = true));
      throw new OctaviaError('job.cancelled');
    });
    await begun;
    await user.post(`/v1/jobs/${id}/cancel`);
    expect(await outcome).toBe('lost');
    expect(stopped).toBe(true);
  });

  it('hands the job back when it has to stop', async () => {
    const stop = new AbortController();
    const { id, outcome } = await start(async (_work, signal) => {
      stop.abort();
      await sleep(HUNG_MS, undefined, { signal });
      throw new Error('not reached');
    }, stop.signal);
    expect(await outcome).toBe('handed back');
    expect(await jobOf(user, id)).toMatchObject({ status: 'queued' });
    expect(await readdir(scratchRoot)).toEqual([]);
  });

  it('completes at the fifth try when the API has answered 503, and claims with fresh tokens (case 27)', async () => {
    const tokens: string[] = [];
    served.gate.answer = (request) => {
      if (!request.url.endsWith('/complete')) return undefined;
      tokens.push(request.headers.get('authorization')?.slice(7) ?? '');
      return tokens.length <= 4 ? new Response('busy', { status: 503 }) : undefined;
    };
    try {
      const { id, claim, outcome } = await start((work) => writeResult(work.scratch));
      expect(await outcome).toBe('done');
      expect(tokens).toHaveLength(5);
      for (const token of tokens) expect(decodeJwt(token)).toMatchObject({ job: id, attempt: claim.attempt });
      expect(await jobOf(user, id)).toMatchObject({ status: 'done' });
      // A token to claim with is made at its try: those of different seconds differ.
      const { calls } = workerOf(served);
      tokens.length = 0;
      for (const pause of [0, 1_100]) {
        await sleep(pause);
        await calls({ method: 'POST', path: `/v1/jobs/none/complete`, json: {} }, never).catch(
          () => undefined,
        );
      }
      expect(tokens[0]).not.toBe(tokens.at(-1));
    } finally {
      delete served.gate.answer;
    }
  });

  it('gives up a call after five retries, and does not repeat what was refused', async () => {
    let calls = 0;
    served.gate.answer = () => {
      calls++;
      return new Response('{}', { status: calls > 100 ? 409 : 500 });
    };
    try {
      const { api } = workerOf(served);
      await expect(api.claim('x', never)).rejects.toMatchObject({ status: 500 });
      expect(calls).toBe(6);
      calls = 100;
      await expect(api.claim('x', never)).rejects.toMatchObject({ status: 409 });
      expect(calls).toBe(101);
    } finally {
      delete served.gate.answer;
    }
  });
});

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

describe('downloads', () => {
  const bytes = randomBytesOf(500_000);
  const faults: { next?: (range: string) => Response | undefined; asked: string[] } = { asked: [] };
  let source: { origin: string; close: () => Promise<void> };
  let folder: string;

  beforeAll(async () => {
    const app = new Hono();
    app.get('/file', (c) => {
      const range = c.req.header('range') ?? '';
      faults.asked.push(range);
      return faults.next?.(range) ?? answerBytes(bytes, range, '"one"');
    });
    source = await listen(app);
    folder = await testFolder();
  });
  afterAll(async () => {
    await source.close();
    await rm(folder, { recursive: true, force: true });
  });

  const fetchTo = async (name: string, size = bytes.byteLength, signal: AbortSignal = never) => {
    const path = join(folder, name);
    faults.asked = [];
    const wanted = { url: `${source.origin}/file`, path, bytes: size, chunkBytes: 100_000 };
    await download({ ...wanted, timeoutMs: 500, backoffMs: 5 }, signal);
    return new Uint8Array(await readFile(path));
  };

  it('come in ranges, and go on with what is there already', async () => {
    expect(await fetchTo('plain')).toEqual(bytes);
    expect(faults.asked).toHaveLength(5);
    await writeFile(join(folder, 'half'), bytes.subarray(0, 250_000));
    expect(await fetchTo('half')).toEqual(bytes);
    expect(faults.asked).toEqual(['bytes=250000-349999', 'bytes=350000-449999', 'bytes=450000-499999']);
  });

  it('survive errors, broken lines and silence', async () => {
    let n = 0;
    faults.next = (range) => {
      n++;
      const start = Number(/\d+/.exec(range)?.[0]);
      const head = { 'Content-Range': `bytes ${start}-${start + 99_999}/500000` };
      if (n === 1) return new Response('busy', { status: 503 });
      const cut = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.subarray(start, start + 30_000));
          // The second breaks off; the third says nothing more.
          if (n === 2) setTimeout(() => controller.error(new Error('cut')), 20);
        },
      });
      return n <= 3 ? new Response(cut, { status: 206, headers: head }) : undefined;
    };
    try {
      expect(await fetchTo('faulty')).toEqual(bytes);
      expect(n).toBeGreaterThan(5);
    } finally {
      delete faults.next;
    }
  });

  it('refuse what is not the announced file', async () => {
    await expect(fetchTo('long', 400_000)).rejects.toMatchObject({ code: 'policy.quota' });
    await expect(fetchTo('short', 600_000)).rejects.toMatchObject({ code: 'input.truncated' });
    faults.next = () => new Response('gone', { status: 404 });
    try {
      await expect(fetchTo('missing')).rejects.toMatchObject({ code: 'input.missing' });
    } finally {
      delete faults.next;
    }
  });

  it('stop when they are told to', async () => {
    const stop = new AbortController();
    faults.next = () => {
      stop.abort();
      return new Response(new ReadableStream(), {
        status: 206,
        headers: { 'Content-Range': 'bytes 0-1/500000' },
      });
    };
    try {
      await expect(fetchTo('stopped', 500_000, stop.signal)).rejects.toMatchObject({ code: 'job.cancelled' });
    } finally {
      delete faults.next;
    }
  });
});

// The pipeline's store, kept by the API, is held to the law of every store.
let shared: Promise<Served> | undefined;
afterAll(async () => (await shared)?.close());

storeSuite('remote', async () => {
  const served = await (shared ??= serveCloud());
  const user = await newUser(served.cloud);
  const id = await uploadedJob(served.cloud, user, randomBytesOf(10));
  const { calls, api } = workerOf(served);
  const claim: Claim = await api.claim(id, never);
  const open = () => createRemoteStore(calls, { ...claim, id }, never);
  return { store: open(), reopen: () => Promise.resolve(open()), dispose: () => Promise.resolve() };
});
