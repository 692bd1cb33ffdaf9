import { spawn, type ChildProcess } from 'node:child_process';
import { once as told } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createClient } from 'redis';
import { openKeys } from '../../server/identity/keys.ts';
import { signIn, upload, type CloudUser } from '../support/cloud/client.ts';
import { scratchDatabase, scratchRedis, testFolder } from '../support/cloud/server.ts';
import { isReady } from '../support/cli/serve.ts';
import { freePort } from '../support/services/leash.ts';
import { hostServices } from '../support/services/host.ts';
import { useServices } from '../support/services/address.ts';
import { seeded } from '../support/fuzz/random.ts';
import { until } from '../support/patience.ts';
import type { Bench, Measure } from './measure.ts';
import { finishedOnce, jobsOf, startWorker, stopWorker } from './server/kills.ts';

/** `OCTAVIA_SOAK_MINUTES=120 npm run -s octavia -- bench soak` */
const MINUTES = Number(process.env['OCTAVIA_SOAK_MINUTES'] ?? 1);
const WORKERS = 3;
const USERS = 3;
/** Jobs that wait or run at a time. */
const OPEN = 12;
const TROUBLE_EVERY_MS = 3_000;

/**
 * The API with Postgres and Redis while things go wrong all the time: workers and the API itself are killed, and Redis
 * forgets what it was told. No job may be lost or doubled, and in the end neither memory nor files may have grown.
 */
export const bench: Bench = async (signal) => {
  const host = await hostServices();
  useServices(host.origin);
  try {
    const parts = await openParts();
    try {
      return await soak(parts, signal);
    } finally {
      await parts.close();
    }
  } finally {
    await host.stop();
  }
};

type Parts = Awaited<ReturnType<typeof openParts>>;

async function openParts() {
  const database = await scratchDatabase();
  const { url: redisUrl, prefix: redisPrefix } = await scratchRedis();
  const folder = await testFolder();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    OCTAVIA_DATA: folder,
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    OCTAVIA_REDIS_PREFIX: redisPrefix,
    OCTAVIA_LEASE_SECONDS: '5',
    OCTAVIA_USER_JOBS: '100000',
  };
  const redis = createClient({ url: redisUrl });
  await redis.connect();
  let child: ChildProcess | undefined;
  const parts = {
    origin,
    folder,
    redis: { redisUrl, redisPrefix },
    workerKey: (await openKeys(join(folder, 'keys'))).worker,
    async startApi(): Promise<void> {
      const program = resolve('tests/fakes/api-process.ts');
      child = spawn(process.execPath, [program, String(port)], {
        env: { ...process.env, ...env },
        stdio: 'ignore',
      });
      await until('the API', () => isReady(origin));
    },
    async killApi(): Promise<void> {
      if (child?.kill('SIGKILL') === true) await told(child, 'exit');
    },
    /** Resident MB of the API (Linux). */
    memory: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child?.pid}/status`, 'utf8'))?.[1]) / 1000,
    forget: () => redis.del(`${redisPrefix}:tasks`),
    async billed(): Promise<number> {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query<{ n: string }>('SELECT count(*) AS n FROM usage');
      await client.end();
      return Number(rows[0]?.n);
    },
    async close(): Promise<void> {
      await parts.killApi();
      redis.destroy();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await parts.startApi();
  return parts;
}

async function soak(parts: Parts, signal: AbortSignal): Promise<Measure[]> {
  const users = await Promise.all(Array.from({ length: USERS }, () => signIn(parts.origin)));
  const scratch = join(parts.folder, 'scratch');
  await mkdir(scratch);
  const crew = startCrew(parts, scratch);
  const end = Date.now() + MINUTES * 60_000;
  const troubles = makeTrouble(parts, crew, end, signal);
  const made = await makeJobs(users, end, signal);
  const counts = await troubles;
  await settled(users, signal);
  await crew.stop();
  const done = await Promise.all(users.map(async (user) => finishedOnce(user, await jobsOf(user))));
  const jobs = (await Promise.all(users.map(jobsOf))).flat().length;
  const memory = parts.memory();
  const billed = await parts.billed();
  for (const user of users) await user.call('/v1/account', { method: 'DELETE' });
  const note = `${MINUTES} min, ${made} uploads asked for, ${counts.workers} workers and ${counts.apis} APIs killed, Redis emptied ${counts.redis} times`;
  const finished = done.reduce((sum, count) => sum + count, 0);
  return [
    {
      name: `of ${jobs} jobs finished exactly once`,
      value: (100 * finished) / jobs,
      unit: '%',
      atLeast: 100,
      note,
    },
    { name: 'bills for each job', value: billed / jobs, unit: '', atLeast: 1, atMost: 1 },
    { name: 'memory of the API at the end', value: memory, unit: 'MB', atMost: 400 },
    { name: 'files left when all is removed', value: await filesIn(parts.folder), unit: '', atMost: 0 },
  ];
}

function startCrew(parts: Parts, scratch: string) {
  const running = new Map<number, ChildProcess>();
  let over = false;
  const start = (n: number): void => {
    const child = startWorker(parts, `w${n}`, scratch);
    running.set(n, child);
    child.once('exit', () => {
      if (!over) start(n);
    });
  };
  for (let n = 0; n < WORKERS; n++) start(n);
  return {
    kill: (n: number) => running.get(n)?.kill('SIGKILL'),
    async stop(): Promise<void> {
      over = true;
      await Promise.all([...running.values()].map(stopWorker));
    },
  };
}

async function makeTrouble(
  parts: Parts,
  crew: ReturnType<typeof startCrew>,
  end: number,
  signal: AbortSignal,
) {
  const random = seeded(1);
  const counts = { workers: 0, apis: 0, redis: 0 };
  while (Date.now() < end) {
    await sleep(TROUBLE_EVERY_MS, undefined, { signal });
    const which = random();
    if (which < 0.6) {
      crew.kill(random.whole(WORKERS));
      counts.workers++;
    } else if (which < 0.8) {
      await parts.forget();
      counts.redis++;
    } else {
      await parts.killApi();
      await parts.startApi();
      counts.apis++;
    }
  }
  return counts;
}

/** Keeps some jobs open at all times. What fails while the API is away is asked for again. */
async function makeJobs(users: readonly CloudUser[], end: number, signal: AbortSignal): Promise<number> {
  let made = 0;
  while (Date.now() < end) {
    const user = users[made % USERS];
    const open = await Promise.all(users.map(jobsOf)).catch(() => undefined);
    const waiting =
      open?.flat().filter(({ status }) => status === 'queued' || status === 'running').length ?? OPEN;
    if (user === undefined || waiting >= OPEN) {
      await sleep(300, undefined, { signal });
      continue;
    }
    made++;
    await upload(user, Buffer.from('x'), { target: 'es' }).catch(() => undefined);
  }
  return made;
}

async function settled(users: readonly CloudUser[], signal: AbortSignal): Promise<void> {
  await until('every job', async () => {
    signal.throwIfAborted();
    const jobs = (await Promise.all(users.map(jobsOf))).flat();
    return jobs.every(({ status }) => status !== 'queued' && status !== 'running') || undefined;
  });
}

/** The keys stay. What was being stored when the API was killed is swept some minutes later. */
async function filesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const apart = [join(folder, 'keys'), join(folder, 'files', '.parts')];
  return names.filter((one) => one.isFile() && !apart.includes(one.parentPath)).length;
}
