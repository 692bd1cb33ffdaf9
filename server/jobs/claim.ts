import { and, asc, eq, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import { move, type JobRow } from './lifecycle.ts';

/** A job that has failed this often is given up: it would only take down one worker after another. */
const MAX_TRIES = 3;

/** Tries that count: hand-backs by a worker that had to stop are nobody's fault. */
const tries = sql`${jobs.attempt} - ${jobs.handedBack}`;

export const outOfTries = (): SQL => sql`${tries} >= ${MAX_TRIES}`;

export function hasTriesLeft({ attempt, handedBack }: JobRow): boolean {
  return attempt - handedBack < MAX_TRIES;
}

export function leaseOver(): SQL | undefined {
  return and(eq(jobs.status, 'running'), lt(jobs.leaseUntil, sql`now()`));
}

/** What a job's row says of outages (outage.ts) once its file was had, or once it begins anew. */
export const NO_OUTAGE = { outages: 0, outageSince: null, retryAt: null } as const;

/** Waiting, and not for an outage to pass. */
export function isDue(): SQL | undefined {
  return and(eq(jobs.status, 'queued'), or(isNull(jobs.retryAt), lte(jobs.retryAt, sql`now()`)));
}

/** Waiting, or left behind by a worker that is gone, and not tried too often. */
function claimable(): SQL | undefined {
  return and(sql`${tries} < ${MAX_TRIES}`, or(isDue(), leaseOver()));
}

/** The job that has waited longest of those that a worker may claim. */
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
 * Gives the job to a worker. The attempt number that this returns fences it: whatever a worker does later
 * counts only while the job still has that number. @returns undefined when it is not to be had
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
