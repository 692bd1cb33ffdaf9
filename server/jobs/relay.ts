import { asc, inArray, isNull, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { outbox } from '../db/schema.ts';
import type { TaskQueue } from '../queue/queue.ts';

const BATCH = 100;

/**
 * Carries announcements from the outbox to the queue. Several relays may run: each row belongs to one relay at a time.
 * A crash between publishing and marking announces a job twice, which is harmless.
 * @returns how many it carried
 */
export async function relayOutbox(database: Database, queue: TaskQueue): Promise<number> {
  return database.write.transaction(async (tx) => {
    const rows = await tx
      .select({ id: outbox.id, jobId: outbox.jobId })
      .from(outbox)
      .where(isNull(outbox.sentAt))
      .orderBy(asc(outbox.id))
      .limit(BATCH)
      .for('update', { skipLocked: true });
    const sent: number[] = [];
    for (const row of rows) {
      try {
        await queue.publish(row.jobId);
        sent.push(row.id);
      } catch {
        // The queue is down: this row and the ones after it wait for the next round.
        break;
      }
    }
    if (sent.length > 0) {
      await tx
        .update(outbox)
        .set({ sentAt: sql`now()` })
        .where(inArray(outbox.id, sent));
    }
    return sent.length;
  });
}
