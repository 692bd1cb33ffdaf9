import { and, asc, eq, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import { move, type JobRow } from './lifecycle.ts';

/** A job that has failed this often is given up; it would only take down one worker after another. */
const MAX_TRIES = 3;

/** Attempts that count. A job handed back by a worker that had to stop is not to blame. */
const tries = sql`${jobs.attempt} - ${jobs.handedBack}`;

export const outOfTries = (): SQL => sql`${tries} >= ${MAX_TRIES}`;

export function hasTriesLeft({ attempt, handedBack }: JobRow): boolean {
  return attempt - handedBack < MAX_TRIES;
}

export function leaseOver(): SQL | undefined {
  return and(eq(jobs.status, 'running'), lt(jobs.leaseUntil, sql`now()`));
}

/** A job's outage columns (outage.ts) once its file was reached, or when it starts again. */
export const NO_OUTAGE = { outages: 0, outageSince: null, retryAt: null } as const;

/** Queued, and not waiting for an outage to pass. */
export function isDue(): SQL | undefined {
  return and(eq(jobs.status, 'queued'), or(isNull(jobs.retryAt), lte(jobs.retryAt, sql`now()`)));
}

/** Queued, or abandoned by a worker that is gone, and with attempts left. */
function claimable(): SQL | undefined {
  return and(sql`${tries} < ${MAX_TRIES}`, or(isDue(), leaseOver()));
}

/** Of the jobs a worker may claim, the one that has waited longest. */
export async function oldestClaimable(db: Db): Promise<string | undefined> {
  const [row] = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(claimable())
    .orderBy(asc(jobs.createdAt), sql`random()`)
    .limit(1);
  return row?.id;
}

/** The end of a lease that starts now, by the database's clock. */
export function leaseEnd(seconds: number): SQL {
  return sql`now() + make_interval(secs => ${seconds})`;
}

/**
 * Gives the job to a worker. The attempt number in the result fences it: whatever the worker does later counts only
 * while the job still has that number.
 * @returns undefined when the job cannot be claimed
 */
export async function claim(
  db: Db,
  jobId: string,
  worker: string,
  leaseSeconds: number,
): Promise<JobRow | undefined> {
  const set = { attempt: sql`${jobs.attempt} + 1`, worker, leaseUntil: leaseEnd(leaseSeconds) };
  return db.transaction((tx) => move(tx, 'claim', jobId, { where: claimable(), set }));
}
