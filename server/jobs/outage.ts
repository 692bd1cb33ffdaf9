import { sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import { addEvent } from './events.ts';
import { changeHeld, endFailed, type Fence } from './work.ts';

/**
 * A worker that cannot reach the storage where a job's file lies hands the job back: that is nobody's fault, so it
 * does not use up a try. The next one waits longer each time, and when the storage has been away for too long the
 * job ends; its owner may begin it again.
 */

/** Seconds of the first wait, and of the longest one; each is half to all of that, so that jobs come apart. */
const FIRST_WAIT = 30;
const LONGEST_WAIT = 15 * 60;

/** However long it has lasted: a job that waited for hours behind others has not been tried often. */
const LEAST_TRIES = 5;

/** @param mostSeconds that an outage may last. @returns whether that was the job's end */
export async function handBackForOutage(
  db: Db,
  fence: Fence,
  mostSeconds: number,
): Promise<{ ended: boolean }> {
  return db.transaction(async (tx) => {
    const wait = sql`least(${LONGEST_WAIT}, ${FIRST_WAIT} * power(2, least(${jobs.outages}, 20))) * (0.5 + random() / 2)`;
    const job = await changeHeld(tx, fence, {
      status: 'queued',
      handedBack: sql`${jobs.handedBack} + 1`,
      outages: sql`${jobs.outages} + 1`,
      outageSince: sql`coalesce(${jobs.outageSince}, now())`,
      retryAt: sql`now() + make_interval(secs => ${wait})`,
      leaseUntil: null,
      worker: null,
    });
    const lasted = (job.updatedAt.getTime() - (job.outageSince ?? job.updatedAt).getTime()) / 1000;
    if (lasted < mostSeconds || job.outages < LEAST_TRIES) {
      const retryAt = job.retryAt?.toISOString() ?? null;
      await addEvent(tx, job.id, 'state', { status: 'queued', attempt: job.attempt, retryAt });
      return { ended: false };
    }
    const tried = `It was tried ${job.outages} times in ${Number((lasted / 3600).toPrecision(2))} h.`;
    await endFailed(tx, job, 'job.source_unreachable', tried);
    return { ended: true };
  });
}
