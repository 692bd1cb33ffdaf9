import { sql } from 'drizzle-orm';
import { compact } from '@octavia/pipeline/compact';
import type { Db } from '../db/connect.ts';
import { jobEvents, jobs } from '../db/schema.ts';
import type { JobProgress } from '../db/values.ts';
import { hasTriesLeft, leaseEnd, NO_OUTAGE } from './claim.ts';
import { held, ours, requireHeld } from './held.ts';
import type { Fence } from '../routing/auth.ts';
import { move, type JobRow } from './lifecycle.ts';

/** A worker's reports on the attempt it holds. Errors of all: `job.fenced` when it no longer holds it. */

/** Renews the lease and records the pipeline's events. */
export async function heartbeat(
  db: Db,
  fence: Fence,
  told: { progress?: JobProgress | undefined; events: readonly { type: string }[] },
  leaseSeconds: number,
): Promise<void> {
  const { progress, events } = told;
  await db.transaction(async (tx) => {
    // A worker that has events to report has the file.
    const working = progress || events.length > 0 ? NO_OUTAGE : {};
    const [job] = await tx
      .update(jobs)
      .set({
        leaseUntil: leaseEnd(leaseSeconds),
        ...working,
        ...compact({ progress }),
        updatedAt: sql`now()`,
      })
      .where(held(fence))
      .returning();
    ours(job);
    const news = progress ? [...events, { type: 'progress', ...progress }] : events;
    const rows = news.map((event) => ({ jobId: fence.jobId, type: event.type, data: { ...event } }));
    if (rows.length > 0) await tx.insert(jobEvents).values(rows);
  });
}

/** The worker has to stop (SIGTERM) and hands the job back at once; the attempt does not count. */
export async function handBack(db: Db, fence: Fence): Promise<JobRow> {
  const set = { handedBack: sql`${jobs.handedBack} + 1` };
  return db.transaction(async (tx) =>
    ours(await move(tx, 'handBack', fence.jobId, { where: held(fence), set })),
  );
}

/** The attempt has failed. @param fault.final another attempt cannot help */
export async function failAttempt(
  db: Db,
  fence: Fence,
  fault: { code: string; detail?: string | undefined; final: boolean },
): Promise<JobRow> {
  const { code, final } = fault;
  const detail = fault.detail && withoutPaths(fault.detail);
  return db.transaction(async (tx) => {
    const job = await requireHeld(tx, fence);
    const again = !final && hasTriesLeft(job);
    const set = again
      ? // For whoever looks into it.
        { errorCode: code, errorDetail: detail ?? null }
      : { errorCode: final ? code : 'job.gave_up', errorDetail: detail ?? code };
    return ours(await move(tx, again ? 'requeue' : 'fail', job.id, { where: held(fence), set }));
  });
}

/** The owner sees this, and a worker's folders do not concern them: only a path's last name is kept. */
function withoutPaths(detail: string): string {
  return detail.replace(/(?:[A-Za-z]:)?(?:[\\/][^\s\\/:'"`]+)*[\\/](?=[^\s\\/:'"`]+)/g, (path, at: number) =>
    // A slash within a word is not a path: "km/h", "application/json", an address.
    at > 0 && /[\w:/]/.test(detail.charAt(at - 1)) ? path : '',
  );
}
