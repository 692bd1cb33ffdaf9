import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs, type Upload } from '../db/schema.ts';
import { NO_OUTAGE } from './claim.ts';
import { createJob, move, type JobRow } from './lifecycle.ts';
import type { JobWish } from '../wish/shapes.ts';

/**
 * Makes a job from an upload, within the caller's transaction. The same upload into the same language is the same job,
 * however often it is requested.
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
 * Puts a failed or cancelled job back in the queue, within the caller's transaction. The attempt number keeps counting,
 * so no earlier worker is taken for a later one; the attempts allowed are counted from here. Its finished work is still
 * there and is found again by hash.
 * @returns undefined when the job did not fail and was not cancelled at that attempt
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
