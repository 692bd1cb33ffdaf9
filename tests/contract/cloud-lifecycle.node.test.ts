import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobEvents, jobs, outbox, type JobStatus } from '../../server/db/schema.ts';
import { move, MOVES } from '../../server/jobs/lifecycle.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';

const INPUT = randomBytesOf(500);
const STATES: readonly JobStatus[] = ['queued', 'running', 'done', 'failed', 'cancelled'];
const NAMES = (Object.keys(MOVES) as (keyof typeof MOVES)[]).filter((name) => name !== 'create');

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

const db = () => cloud.services.database.write;
const rowOf = async (id: string) => (await db().select().from(jobs).where(eq(jobs.id, id)))[0];
const saidOf = async (id: string) => ({
  events: await db().select().from(jobEvents).where(eq(jobEvents.jobId, id)).orderBy(jobEvents.seq),
  announced: (await db().select().from(outbox).where(eq(outbox.jobId, id))).length,
});
/** A job as somebody has left it in a state an hour ago. */
const jobIn = async (status: JobStatus) => {
  const id = await uploadedJob(cloud, user, INPUT);
  const hourAgo = sql`now() - interval '1 hour'`;
  const set = { status, worker: 'w0', leaseUntil: hourAgo, updatedAt: hourAgo };
  await db().update(jobs).set(set).where(eq(jobs.id, id));
  return id;
};

describe.each(['postgres', 'pglite'] as const)('the life of a job on %s', (kind) => {
  beforeAll(async () => {
    ({ cloud, done } = await withCloud(kind, {
      limits: { pendingUploads: 1000, openJobs: 1000, requestsPerMinute: 100_000 },
    }));
    user = await newUser(cloud);
  });
  afterAll(() => done());

  describe('every move from every state', moving);
  describe('what it says', saying);
});

function moving(): void {
  it.each(NAMES.flatMap((name) => STATES.map((from) => [name, from] as const)))(
    '%s from %s is in the table, or changes nothing',
    async (name, from) => {
      const id = await jobIn(from);
      const [before, saidBefore] = [await rowOf(id), await saidOf(id)];
      const moved = await db().transaction((tx) => move(tx, name, id));
      const said = await saidOf(id);
      const { from: allowed, to, ...more }: { from: readonly JobStatus[]; to: JobStatus } = MOVES[name];
      if (!allowed.includes(from)) {
        expect(moved).toBeUndefined();
        expect([await rowOf(id), said]).toEqual([before, saidBefore]);
        return;
      }
      expect(await rowOf(id)).toEqual(moved);
      expect(moved?.status).toBe(to);
      expect(said.events.at(-1)).toMatchObject({ type: 'state', data: { status: to } });
      expect(said.announced - saidBefore.announced).toBe('announced' in more ? 1 : 0);
    },
  );
}

function saying(): void {
  it('a job that waits or has ended names no worker, and says when it last changed', async () => {
    const worker = newWorker(cloud);
    const id = await uploadedJob(cloud, user, INPUT);
    for (let tries = 1; tries <= 3; tries++) {
      expect((await worker.claim(id)).status).toBe(200);
      const hourAgo = sql`now() - interval '1 hour'`;
      await db().update(jobs).set({ leaseUntil: hourAgo, updatedAt: hourAgo }).where(eq(jobs.id, id));
      const [held] = await db()
        .select({ now: sql<Date>`now()`.mapWith(jobs.updatedAt) })
        .from(jobs)
        .limit(1);
      await cloud.sweepNow();
      const row = await rowOf(id);
      expect(row).toMatchObject({ status: tries < 3 ? 'queued' : 'failed', worker: null, leaseUntil: null });
      expect(row?.updatedAt.getTime()).toBeGreaterThanOrEqual(held?.now.getTime() ?? Infinity);
      expect(row?.finishedAt?.getTime()).toBe(tries < 3 ? undefined : row?.updatedAt.getTime());
    }
  });
}
