import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobs, outbox, uploads } from '../../server/db/schema.ts';
import { oldestClaimable } from '../../server/jobs/claim.ts';
import { databaseQueue } from '../../server/queue/database-queue.ts';
import type { TaskQueue } from '../../server/queue/queue.ts';
import { redisQueue } from '../../server/queue/redis-queue.ts';
import { redisSignals } from '../../server/queue/signals.ts';
import { scratchRedis, withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob } from '../support/cloud/user.ts';
import { freePort } from '../support/services/leash.ts';
import { startRedis } from '../support/services/host.ts';
import { WAIT_MS } from '../support/patience.ts';

interface Harness {
  /** A consumer of the one queue. */
  consumer(): Promise<TaskQueue>;
  /** A job that waits, announced. */
  announce(queue: TaskQueue): Promise<string>;
  /** The job has ended, or is held by a worker. */
  settle(jobId: string): Promise<void>;
  close(): Promise<void>;
}

async function databaseHarness(kind: 'postgres' | 'pglite'): Promise<Harness> {
  const { cloud, done } = await withCloud(kind);
  const { database, signals } = cloud.services;
  return {
    consumer: () => Promise.resolve(databaseQueue(() => oldestClaimable(database.read), signals)),
    async announce(queue) {
      const id = randomUUID();
      const common = { id, userId: 'u' };
      const file = { filename: 'a', contentType: 'video/mp4', size: 1, expiresAt: new Date() };
      await database.write
        .insert(uploads)
        .values({ ...common, ...file, provider: 'local', providerRef: id, objectKey: id });
      const wish = { source: 'auto', target: 'es' } as typeof jobs.$inferInsert.wish;
      await database.write.insert(jobs).values({ ...common, uploadId: id, target: 'es', wish });
      await queue.publish(id);
      return id;
    },
    settle: async (id) =>
      void (await database.write.update(jobs).set({ status: 'done' }).where(eq(jobs.id, id))),
    close: done,
  };
}

const harnesses: Record<string, () => Promise<Harness>> = {
  async redis() {
    const { url, prefix } = await scratchRedis();
    return {
      consumer: () => redisQueue({ url, prefix, abandonedMs: 400 }),
      async announce(queue) {
        const id = randomUUID();
        await queue.publish(id);
        return id;
      },
      settle: () => Promise.resolve(),
      async close() {
        const client = createClient({ url });
        await client.connect();
        await client.del(`${prefix}:tasks`);
        client.destroy();
      },
    };
  },
  postgres: () => databaseHarness('postgres'),
  pglite: () => databaseHarness('pglite'),
};

const never = new AbortController().signal;

describe.each(Object.keys(harnesses))('the queue port: %s', (name) => {
  let harness: Harness;
  let one: TaskQueue;
  let two: TaskQueue;
  beforeAll(async () => {
    harness = await harnesses[name]!();
    [one, two] = [await harness.consumer(), await harness.consumer()];
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await harness.close();
  });

  it('should have nothing when nothing was published', async () => {
    expect(await one.next(50, never)).toBeUndefined();
  });

  it('should bring a task to a consumer that waits', async () => {
    const waiting = one.next(WAIT_MS, never);
    await sleep(100);
    const id = await harness.announce(two);
    const task = await waiting;
    expect(task?.jobId).toBe(id);
    await harness.settle(id);
    await task?.done();
    expect(await one.next(50, never)).toBeUndefined();
  });

  it('should bring a task again whose consumer fell silent, but not one that is done', async () => {
    const id = await harness.announce(one);
    expect((await one.next(WAIT_MS, never))?.jobId).toBe(id);
    const again = await two.next(WAIT_MS, never);
    expect(again?.jobId).toBe(id);
    await harness.settle(id);
    await again?.done();
    await sleep(500);
    expect(await one.next(50, never)).toBeUndefined();
  });

  it('should stop waiting when told to', async () => {
    const stop = new AbortController();
    const waiting = one.next(WAIT_MS, stop.signal);
    await sleep(50);
    stop.abort();
    expect(await waiting).toBeUndefined();
  });
});

describe('Redis as a hint', () => {
  it('a task that its worker keeps is not given to another', async () => {
    const { url, prefix } = await scratchRedis();
    const [one, two] = await Promise.all([
      redisQueue({ url, prefix, abandonedMs: 10_000 }),
      redisQueue({ url, prefix, abandonedMs: 10_000 }),
    ]);
    try {
      await one.publish('job');
      const task = await one.next(WAIT_MS, never);
      expect(task?.jobId).toBe('job');
      for (let i = 0; i < 12; i++) {
        await sleep(1_000);
        await task?.keep();
        expect(await two.next(20, never)).toBeUndefined();
      }
      await task?.done();
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('not there when the server starts: events and tasks come once it is (case 23)', async () => {
    const port = await freePort();
    const { cloud, done } = await withCloud('postgres', {
      redisUrl: `redis://127.0.0.1:${port}`,
      redisPrefix: 'late',
      timing: { relayEvery: 0.2 },
    });
    const redis = await startRedis(port);
    const elsewhere = await redisSignals(`redis://127.0.0.1:${port}`, 'late');
    try {
      let woken = 0;
      cloud.services.signals.on('topic', () => woken++);
      await expect
        .poll(async () => {
          await elsewhere.wake('topic');
          return woken;
        })
        .toBeGreaterThan(0);
      const id = await uploadedJob(cloud, await newUser(cloud), randomBytesOf(10));
      await expect.poll(() => unsent(cloud, id)).toBe(0);
    } finally {
      await elsewhere.close();
      await done();
      await redis.stop();
    }
  });
});

describe('Redis that is down or empty', () => {
  it('down when the job starts: 200, and it is announced later; emptied: the same (case 23)', async () => {
    const port = await freePort();
    let redis = await startRedis(port);
    const { cloud, done } = await withCloud('postgres', {
      redisUrl: `redis://127.0.0.1:${port}`,
      redisPrefix: 'case23',
      timing: { announceAgain: 0, relayEvery: 0.2 },
    });
    const queue = await redisQueue({ url: `redis://127.0.0.1:${port}`, prefix: 'case23' });
    const nextFor = (id: string) =>
      expect
        .poll(async () => {
          const task = await queue.next(500, never).catch(() => undefined);
          await task?.done();
          return task?.jobId;
        })
        .toBe(id);
    try {
      const user = await newUser(cloud);
      const first = await uploadedJob(cloud, user, randomBytesOf(10));
      await nextFor(first);

      await redis.stop();
      const second = await uploadedJob(cloud, user, randomBytesOf(10));
      expect(await unsent(cloud, second)).toBe(1);
      // Workers that ask the API directly are not even held up.
      expect((await newWorker(cloud).claim(second)).status).toBe(200);
      const third = await uploadedJob(cloud, user, randomBytesOf(10));
      redis = await startRedis(port);
      await nextFor(third);

      const fourth = await uploadedJob(cloud, user, randomBytesOf(10));
      await expect.poll(() => unsent(cloud, fourth)).toBe(0);
      const admin = createClient({ url: `redis://127.0.0.1:${port}` });
      await admin.connect();
      await admin.flushAll();
      admin.destroy();
      expect(await queue.next(300, never)).toBeUndefined();
      await cloud.sweepNow();
      await nextFor(fourth);
    } finally {
      await queue.close();
      await done();
      await redis.stop();
    }
  });
});

async function unsent(cloud: TestCloud, jobId: string): Promise<number> {
  const rows = await cloud.services.database.write.select().from(outbox).where(eq(outbox.jobId, jobId));
  return rows.filter((row) => row.sentAt === null).length;
}
