import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@octavia/pipeline';
import { createWorkerApi, type WorkerApi } from '../../gpu-worker/queue/api.ts';
import { createCalls } from '../../gpu-worker/queue/calls.ts';
import { dubProcess } from '../../gpu-worker/queue/dub-process.ts';
import type { Process } from '../../gpu-worker/queue/job.ts';
import { apiSource, queueSource } from '../../gpu-worker/queue/source.ts';
import { redisQueue } from '../../server/queue/redis-queue.ts';
import { runWorker } from '../../gpu-worker/queue/worker.ts';
import { HUNG_MS } from '../support/patience.ts';
import { fakeReport } from './report.ts';

/**
 * A worker in a process of its own, to be killed by tests: the real queue worker around a stand-in for the
 * pipeline that takes ten steps, keeps each in the store, and writes down what it did and what it found.
 * `node tests/fakes/worker-process.ts '{"url","key","worker","scratch","stepMs"}'`; with `"once": true` it ends
 * after one job, with `"models"` it really dubs with those of that folder, and with `"dieAt"` it kills itself as soon
 * as it gets there: at a stage of the pipeline, or at `download`, `upload`, `complete`, `completed`. With `"holdAt"` it
 * gets no further than before that step.
 */
const settings = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  key: string;
  worker: string;
  scratch: string;
  stepMs: number;
  once?: boolean;
  models?: string;
  dieAt?: string;
  holdAt?: number;
  redisUrl?: string;
  redisPrefix?: string;
};

/** As the kernel does when memory runs out: nothing more of this process happens. */
const reach = (place: string) => {
  if (place === settings.dieAt) process.kill(process.pid, 'SIGKILL');
};

/** Really dubs, and says which checkpoints it made and which it found. */
function reallyDub(models: string): Process {
  const dub = dubProcess(models, 'cpu');
  return (work, signal, onEvent) => {
    const store: Store = {
      ...work.store,
      async get(key) {
        const found = await work.store.get(key);
        if (found) process.stdout.write(`found ${key}\n`);
        return found;
      },
      async put(key, value) {
        await work.store.put(key, value);
        process.stdout.write(`kept ${key}\n`);
      },
    };
    return dub({ ...work, store }, signal, (event) => {
      onEvent(event);
      if (event.type === 'stage' && event.state === 'running') reach(event.stage);
    });
  };
}

const tenSteps: Process = async (work, signal, onEvent) => {
  let found = 0;
  for (let step = 0; step < 10; step++) {
    const key = `work/s${step}`;
    if (await work.store.get(key)) {
      found++;
      continue;
    }
    await sleep(step === settings.holdAt ? HUNG_MS : settings.stepMs, undefined, { signal });
    await work.store.put(key, new TextEncoder().encode(`step ${step}`));
    onEvent({ type: 'progress', fraction: (step + 1) / 10, secondsLeft: undefined });
    process.stdout.write(`step ${step}\n`);
  }
  process.stdout.write(`found ${found}\n`);
  const path = join(work.scratch, 'out.mp4');
  await writeFile(path, `dubbed ${work.jobId}`);
  return { video: { path, contentType: 'video/mp4' }, subtitles: undefined, report: fakeReport() };
};

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('disconnect', () => stop.abort());
const { url, worker, scratch, redisUrl, redisPrefix = '', once = false } = settings;
const calls = createCalls({ url, key: Buffer.from(settings.key, 'base64'), worker, backoffMs: 20 });
const real = createWorkerApi(calls);
const api: WorkerApi = {
  ...real,
  async claimNext(waitSeconds, signal) {
    const claim = await real.claimNext(waitSeconds, signal);
    if (claim) reach('download');
    return claim;
  },
  upload(job, file, signal) {
    reach('upload');
    return real.upload(job, file, signal);
  },
  async complete(job, done, signal) {
    reach('complete');
    await real.complete(job, done, signal);
    reach('completed');
  },
};
const queue =
  redisUrl === undefined
    ? undefined
    : await redisQueue({ url: redisUrl, prefix: redisPrefix, abandonedMs: 2_000 });
process.stdout.write('ready\n');
const outcomes = await runWorker(
  {
    api,
    calls,
    process: settings.models === undefined ? tenSteps : reallyDub(settings.models),
    scratchRoot: scratch,
    source: queue ? queueSource(api, queue) : apiSource(api),
    once,
    say: (line) => void process.stderr.write(`${line}\n`),
    heartbeatTimes: { heartbeat: 300, gather: 30 },
  },
  stop.signal,
);
process.stdout.write(`outcome ${outcomes.join()}\n`);
process.exit(0);
