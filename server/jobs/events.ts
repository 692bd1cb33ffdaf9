import { and, asc, eq, gt } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobEvents } from '../db/schema.ts';

/**
 * Records an event of a job. Call it after the transaction has changed the job's row: that row's lock makes the job's
 * sequence numbers become visible in order, so a reader that continues after the last number it saw misses none.
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
