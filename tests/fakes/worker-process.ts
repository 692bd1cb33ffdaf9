import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorkerApi } from '../../gpu-worker/queue/api.ts';
import { createCalls } from '../../gpu-worker/queue/calls.ts';
import type { Process } from '../../gpu-worker/queue/job.ts';
import { apiSource, queueSource } from '../../gpu-worker/queue/source.ts';
import { redisQueue } from '../../server/queue/redis-queue.ts';
import { runWorker } from '../../gpu-worker/queue/worker.ts';
import { fakeReport } from './report.ts';

/**
 * A worker in a process of its own, to be killed by tests: the real queue worker around a stand-in for the
 * pipeline that takes ten steps, keeps each in the store, and writes down what it did and what it found.
 * `node tests/fakes/worker-process.ts '{"url","key","worker","scratch","stepMs"}'`
 */
const settings = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  key: string;
  worker: string;
  scratch: string;
  stepMs: number;
  redisUrl?: string;
  redisPrefix?: string;
};

const tenSteps: Process = async (work, signal, onEvent) => {
  let found = 0;
  for (let step = 0; step < 10; step++) {
    const key = `work/s${step}`;
    if (await work.store.get(key)) {
      found++;
      continue;
    }
    await sleep(settings.stepMs, undefined, { signal });
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
const { url, worker, scratch, redisUrl, redisPrefix = '' } = settings;
const calls = createCalls({ url, key: Buffer.from(settings.key, 'base64'), worker, backoffMs: 20 });
const api = createWorkerApi(calls);
const queue =
  redisUrl === undefined
    ? undefined
    : await redisQueue({ url: redisUrl, prefix: redisPrefix, abandonedMs: 2_000 });
process.stdout.write('ready\n');
const outcomes = await runWorker(
  {
    api,
    calls,
    process: tenSteps,
    scratchRoot: scratch,
    source: queue ? queueSource(api, queue) : apiSource(api),
    once: true,
    say: (line) => void process.stderr.write(`${line}\n`),
    voiceTimes: { heartbeat: 300, gather: 30 },
  },
  stop.signal,
);
process.stdout.write(`outcome ${outcomes.join()}\n`);
process.exit(0);
