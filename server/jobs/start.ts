import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs, type Upload } from '../db/schema.ts';
import { NO_OUTAGE } from './claim.ts';
import { createJob, move, type JobRow } from './lifecycle.ts';
import type { JobWish } from '../wish/shapes.ts';

/**
 * Makes a job of an upload, within the caller's transaction. The same upload into the same language is the same job,
 * however often it is asked for.
 */
export async function startJob(
  tx: Db,
  { id: uploadId, userId }: Upload,
  wish: JobWish,
): Promise<{ job: JobRow; created: boolean }> {
  const { target } = wish;
  const made = await createJob(tx, { id: randomUUID(), userId, uploadId, target, wish });
  if (made) return { job: made, created: true };
  const [there] = await tx
    .select()
    .from(jobs)
    .where(and(eq(jobs.uploadId, uploadId), eq(jobs.target, target)));
  if (!there) throw new Error('A job that conflicts with its insert must exist.');
  return { job: there, created: false };
}

/**
 * Puts a job that has failed or was cancelled back in line, within the caller's transaction. The attempt number goes
 * on, so that no earlier worker is taken for a later one; its tries are counted from here. What was finished of it is
 * still there and found again by its hash. @returns undefined when the job has not so ended at that attempt
 */
export async function restartJob(
  tx: Db,
  jobId: string,
  attempt: number,
  wish: JobWish,
): Promise<JobRow | undefined> {
  const fresh = { progress: null, errorCode: null, errorDetail: null, ...NO_OUTAGE };
  const set = { ...fresh, wish, handedBack: sql`${jobs.attempt}` };
  return move(tx, 'retry', jobId, { where: eq(jobs.attempt, attempt), set });
}
