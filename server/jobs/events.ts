import { and, asc, eq, gt } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobEvents } from '../db/schema.ts';

/**
 * Writes down what happened to a job. To be called after the transaction has changed the job's row: its lock
 * makes sequence numbers of one job become visible in their order, so a reader that goes on after the last
 * number it saw misses none.
 */
export async function addEvent(
  tx: Db,
  jobId: string,
  type: string,
  data: Record<string, unknown>,
): Promise<void> {
  await tx.insert(jobEvents).values({ jobId, type, data });
}

export type JobEvent = typeof jobEvents.$inferSelect;

export const EVENTS_AT_ONCE = 500;

/** The events of a job after a sequence number, oldest first, {@link EVENTS_AT_ONCE} at most. */
export async function eventsAfter(db: Db, jobId: string, seq: number): Promise<JobEvent[]> {
  return db
    .select()
    .from(jobEvents)
    .where(and(eq(jobEvents.jobId, jobId), gt(jobEvents.seq, seq)))
    .orderBy(asc(jobEvents.seq))
    .limit(EVENTS_AT_ONCE);
}
