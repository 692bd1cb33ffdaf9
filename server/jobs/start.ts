import { randomUUID } from 'node:crypto';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobEvents, jobs, outbox, type uploads } from '../db/schema.ts';
import { NO_OUTAGE } from './claim.ts';
import { addEvent } from './events.ts';
import type { JobWish } from './shapes.ts';

type Upload = typeof uploads.$inferSelect;
export type JobRow = typeof jobs.$inferSelect;

/**
 * Writes a job and its announcement together, within the caller's transaction. The same upload into the same
 * language is the same job, however often it is asked for.
 */
export async function startJob(
  tx: Db,
  upload: Upload,
  wish: JobWish,
): Promise<{ job: JobRow; created: boolean }> {
  const [made] = await tx
    .insert(jobs)
    .values({ id: randomUUID(), userId: upload.userId, uploadId: upload.id, target: wish.target, wish })
    .onConflictDoNothing({ target: [jobs.uploadId, jobs.target] })
    .returning();
  if (made) {
    await addEvent(tx, made.id, 'state', { status: 'queued', attempt: 0 });
    await announce(tx, made.id);
    return { job: made, created: true };
  }
  const [there] = await tx
    .select()
    .from(jobs)
    .where(and(eq(jobs.uploadId, upload.id), eq(jobs.target, wish.target)));
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
  const fresh = { worker: null, leaseUntil: null, progress: null, errorCode: null, errorDetail: null };
  const [job] = await tx
    .update(jobs)
    .set({
      ...fresh,
      ...NO_OUTAGE,
      wish,
      status: 'queued',
      handedBack: sql`${jobs.attempt}`,
      finishedAt: null,
      updatedAt: sql`now()`,
    })
    .where(and(eq(jobs.id, jobId), eq(jobs.attempt, attempt), inArray(jobs.status, ['failed', 'cancelled'])))
    .returning();
  if (!job) return undefined;
  // Whoever follows it from the start would otherwise be told its former end first.
  await tx.delete(jobEvents).where(eq(jobEvents.jobId, jobId));
  await addEvent(tx, jobId, 'state', { status: 'queued', attempt: job.attempt });
  await announce(tx, jobId);
  return job;
}

/** Notes that workers are to be told of the job; the relay tells them after the commit. */
export async function announce(tx: Db, jobId: string): Promise<void> {
  await tx.insert(outbox).values({ jobId });
}
