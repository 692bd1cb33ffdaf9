import { sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import { held, ours } from './held.ts';
import type { Fence } from '../routing/auth.ts';
import { move, type JobRow } from './lifecycle.ts';

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

/** @param mostSeconds that an outage may last */
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
