import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OctaviaError } from '@octavia/pipeline/errors';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doJob, type Process } from '../../gpu-worker/queue/job.ts';
import { createRemoteStore } from '../../gpu-worker/queue/remote-store.ts';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import { jobOf, serveCloud, workerOf, type Served } from '../support/cloud/served.ts';
import { testFolder, type TestCloud } from '../support/cloud/server.ts';
import { newUser, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';
import { fakeReport } from '../fakes/report.ts';
import { HUNG_MS } from '../support/patience.ts';
import { storeSuite } from './store.suite.ts';

const never = new AbortController().signal;

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

describe('a worker', () => {
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
});

describe('a worker that is stopped', () => {
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
});

describe('a worker whose calls fail', () => {
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
