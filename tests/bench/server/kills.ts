import { spawn, type ChildProcess } from 'node:child_process';
import { once as told } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signIn, upload, type CloudUser } from '../../support/cloud/client.ts';
import type { Job } from '../../../server/jobs/shapes.ts';
import type { Measure } from '../measure.ts';
import type { CloudProcess } from './cloud-process.ts';

const USERS = 10;
const JOBS = 200;
const WORKERS = 4;
const STEP_MS = 100;
const KILL_EVERY_MS = 3_000;
const PATIENCE_MS = 400_000;

/**
 * Two hundred jobs, four workers, and one of them killed every three seconds. The workers are the real ones around
 * ten steps of waiting, each of them kept as a checkpoint: two hundred real dubs would take an hour.
 */
export async function measureKills(cloud: CloudProcess, signal: AbortSignal): Promise<Measure[]> {
  const users: CloudUser[] = [];
  for (let n = 0; n < USERS; n++) users.push(await signIn(cloud.origin));
  for (let n = 0; n < JOBS; n++) await upload(users[n % USERS] ?? fail(), Buffer.from('x'), { target: 'es' });
  const scratch = join(cloud.folder, 'scratch');
  await mkdir(scratch);
  // Started again at once: the pauses of a supervisor are for processes that end by themselves.
  const running = new Map<number, ChildProcess>();
  let over = false;
  const start = (n: number): void => {
    const child = startWorker(cloud, `w${n}`, scratch);
    running.set(n, child);
    child.once('exit', () => {
      if (!over) start(n);
    });
  };
  for (let n = 0; n < WORKERS; n++) start(n);
  const began = Date.now();
  let kills = 0;
  let jobs: Job[] = [];
  try {
    for (let n = 0; Date.now() - began < PATIENCE_MS; n++) {
      await sleep(KILL_EVERY_MS, undefined, { signal });
      jobs = (await Promise.all(users.map(jobsOf))).flat();
      if (jobs.every((job) => !['queued', 'running'].includes(job.status))) break;
      if (running.get(n % WORKERS)?.kill('SIGKILL') === true) kills++;
    }
  } finally {
    over = true;
    await Promise.all([...running.values()].map(stopWorker));
  }
  const seconds = (Date.now() - began) / 1000;
  const once = await Promise.all(users.map(async (user) => finishedOnce(user, await jobsOf(user))));
  const again = jobs.filter((job) => job.attempt > 1).length;
  const note = `${WORKERS} workers, ${kills} kills, ${again} jobs taken up again, ${Math.round(seconds)} s`;
  const share = (100 * once.reduce((sum, count) => sum + count, 0)) / JOBS;
  return [{ name: `of ${JOBS} jobs finished exactly once`, value: share, unit: '%', atLeast: 100, note }];
}

export async function jobsOf(user: CloudUser): Promise<Job[]> {
  return ((await (await user.call('/v1/jobs?limit=200')).json()) as { jobs: Job[] }).jobs;
}

/** How many of the jobs are done, say so once in their history, and have a result that can be fetched. */
export async function finishedOnce(user: CloudUser, jobs: readonly Job[]): Promise<number> {
  let count = 0;
  for (const { id, status } of jobs) {
    if (status !== 'done') continue;
    const events = await (await user.call(`/v1/jobs/${id}/events`)).text();
    const { url } = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { url: string };
    const once = events.match(/"status":"done"/g)?.length === 1;
    if (once && (await (await fetch(url)).text()) === `dubbed ${id}`) count++;
  }
  return count;
}

/** A real worker around ten steps of waiting (tests/fakes/worker-process.ts). */
export function startWorker(
  cloud: Pick<CloudProcess, 'origin' | 'workerKey' | 'redis'>,
  worker: string,
  scratch: string,
): ChildProcess {
  const key = Buffer.from(cloud.workerKey).toString('base64');
  const settings = { url: cloud.origin, key, worker, scratch, stepMs: STEP_MS, ...cloud.redis };
  const args = [resolve(import.meta.dirname, '../../fakes/worker-process.ts'), JSON.stringify(settings)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

/** Closing the line tells a worker to hand its job back and end. */
export async function stopWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = told(child, 'exit');
  child.disconnect();
  await ended;
}

function fail(): never {
  throw new Error('There are users.');
}
