import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs, outbox, type uploads } from '../db/schema.ts';
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

/** Notes that workers are to be told of the job; the relay tells them after the commit. */
export async function announce(tx: Db, jobId: string): Promise<void> {
  await tx.insert(outbox).values({ jobId });
}
