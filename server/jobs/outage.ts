import { sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import { held, ours } from './held.ts';
import type { Fence } from '../routing/auth.ts';
import { move, type JobRow } from './lifecycle.ts';

/**
 * A worker that cannot reach the storage where a job's file lies hands the job back: that is nobody's fault, so it does
 * not use up an attempt. Each wait is longer than the last, and when the storage has been away for too long the job
 * ends; its owner may start it again.
 */

/** Seconds of the first and the longest wait. Each is randomly shortened by up to half, to spread jobs out. */
const FIRST_WAIT = 30;
const LONGEST_WAIT = 15 * 60;

/** However long the outage has lasted: a job that waited for hours behind others has had few attempts. */
const LEAST_TRIES = 5;

/** @param mostSeconds how long an outage may last */
export async function postpone(db: Db, fence: Fence, mostSeconds: number): Promise<JobRow> {
  return db.transaction(async (tx) => {
    const [now] = await tx
      .select({
        outages: jobs.outages,
        seconds: sql<string>`extract(epoch FROM now() - coalesce(${jobs.outageSince}, now()))`,
      })
      .from(jobs)
      .where(held(fence))
      .for('update');
    const outages = (now?.outages ?? 0) + 1;
    const lasted = Number(now?.seconds ?? 0);
    const over = lasted >= mostSeconds && outages >= LEAST_TRIES;
    const tried = `It was tried ${outages} times in ${Number((lasted / 3600).toPrecision(2))} h.`;
    const outcome = over
      ? { errorCode: 'job.source_unreachable', errorDetail: tried }
      : { retryAt: sql`now() + make_interval(secs => ${waitAfter(outages)})` };
    const set = {
      handedBack: sql`${jobs.handedBack} + 1`,
      outages,
      outageSince: sql`coalesce(${jobs.outageSince}, now())`,
      ...outcome,
    };
    return ours(await move(tx, over ? 'fail' : 'postpone', fence.jobId, { where: held(fence), set }));
  });
}

/** Seconds to wait after the nth outage in a row. */
function waitAfter(outages: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (outages - 1)) * (0.5 + Math.random() / 2);
}
