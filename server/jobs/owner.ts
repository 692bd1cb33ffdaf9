import { isDeepStrictEqual } from 'node:util';
import { and, eq } from 'drizzle-orm';
import { jobs, uploads } from '../db/schema.ts';
import type { Db } from '../db/connect.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Services } from '../services/services.ts';
import { checkJobs, lockUser } from '../uploads/quota.ts';
import { holdForOwner } from './handover.ts';
import { hasEnded, move, type JobRow } from './lifecycle.ts';
import { moved } from './moved.ts';
import type { JobWish } from '../wish/shapes.ts';
import { restartJob, startJob } from './start.ts';

/** A job as an owner's call found or made it. */
interface Started {
  readonly job: JobRow;
  readonly begun: boolean;
}

/**
 * Starts a job for a file its owner has uploaded, within the limits. The same file into the same language is the same
 * job: a repeated request, however late, returns it as it is.
 * @param handover the owner's page holds it first (handover.ts)
 * Errors: `not.found`, `upload.incomplete`, `upload.expired`, `upload.failed`, `job.too_many`; `job.other_wish` when
 * the existing job was made with different options.
 */
export async function startOwnJob(
  services: Services,
  userId: string,
  uploadId: string,
  wish: JobWish,
  handover: boolean,
): Promise<Started> {
  const started = await services.database.write.transaction(async (tx) => {
    await lockUser(tx, userId);
    const upload = await arrivedUpload(tx, userId, uploadId);
    const { job, created: begun } = await startJob(tx, upload, wish);
    if (!isDeepStrictEqual(job.wish, wish)) throw new OctaviaError('job.other_wish');
    if (begun) await checkJobs(tx, services.config.limits, userId, 0);
    if (begun && handover) await holdForOwner(tx, job.id, services.config.timing.lease);
    return { job, begun };
  });
  if (started.begun) moved(services, started.job);
  return started;
}

/**
 * Starts a failed or cancelled job again, within the limits.
 * @param again.attempt at which it ended: a late call, after it has ended again, changes nothing
 * @param again.wish what to do now; as before when undefined
 * Errors: `not.found`, `upload.expired`, `job.too_many`; `job.other_wish` for another language.
 */
export async function retryOwnJob(
  services: Services,
  userId: string,
  jobId: string,
  again: { attempt: number; wish: JobWish | undefined },
): Promise<Started> {
  const started = await services.database.write.transaction(async (tx) => {
    await lockUser(tx, userId);
    const mine = and(eq(jobs.id, jobId), eq(jobs.userId, userId));
    const [there] = await tx.select().from(jobs).where(mine);
    if (!there) throw new OctaviaError('not.found');
    const { wish = there.wish, attempt } = again;
    if (wish.target !== there.target) throw new OctaviaError('job.other_wish');
    await arrivedUpload(tx, userId, there.uploadId);
    const job = await restartJob(tx, jobId, attempt, wish);
    if (job) await checkJobs(tx, services.config.limits, userId, 0);
    return { job: job ?? there, begun: job !== undefined };
  });
  if (started.begun) moved(services, started.job);
  return started;
}

/**
 * Stops a job; its worker learns of it at its next report. A stopped job stays stopped.
 * Errors: `not.found`, `job.finished`.
 */
export async function cancelOwnJob(services: Services, userId: string, jobId: string): Promise<void> {
  const stopped = await services.database.write.transaction(async (tx) => {
    const mine = and(eq(jobs.id, jobId), eq(jobs.userId, userId));
    const [job] = await tx.select().from(jobs).where(mine).for('update');
    if (!job) throw new OctaviaError('not.found');
    if (hasEnded(job) && job.status !== 'cancelled') throw new OctaviaError('job.finished');
    return move(tx, 'cancel', jobId);
  });
  if (stopped) moved(services, stopped);
}

/** A user's upload whose file has arrived, locked until the transaction ends. */
async function arrivedUpload(tx: Db, userId: string, id: string): Promise<typeof uploads.$inferSelect> {
  const [upload] = await tx
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, id), eq(uploads.userId, userId)))
    .for('update');
  if (!upload) throw new OctaviaError('not.found');
  if (upload.state === 'expired') throw new OctaviaError('upload.expired');
  if (upload.state === 'failed') throw new OctaviaError('upload.failed');
  if (upload.state !== 'arrived') throw new OctaviaError('upload.incomplete');
  return upload;
}
