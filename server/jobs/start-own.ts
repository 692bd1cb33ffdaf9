import { and, eq } from 'drizzle-orm';
import { uploads } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import type { Services } from '../services.ts';
import { checkJobs, lockUser } from '../uploads/quota.ts';
import { holdForOwner } from './handover.ts';
import type { JobWish } from './shapes.ts';
import { restartJob, startJob, type JobRow } from './start.ts';

/**
 * Starts a job of a file that its owner has uploaded, within the limits. The same file into the same language is the
 * same job, which may be asked for at any time: one that is going or done stays as it is, one that has failed or was
 * cancelled is begun again with the new wishes.
 * @param handover its owner's page holds it first (handover.ts)
 * Errors: `not.found`, `upload.incomplete`, `upload.expired`, `upload.failed`, `job.too_many`.
 */
export async function startOwnJob(
  services: Services,
  userId: string,
  uploadId: string,
  wish: JobWish,
  handover: boolean,
): Promise<{ job: JobRow; begun: boolean }> {
  const started = await services.database.write.transaction(async (tx) => {
    await lockUser(tx, userId);
    const [upload] = await tx
      .select()
      .from(uploads)
      .where(and(eq(uploads.id, uploadId), eq(uploads.userId, userId)))
      .for('update');
    if (!upload) throw new ApiError('not.found');
    if (upload.state === 'expired') throw new ApiError('upload.expired');
    if (upload.state === 'failed') throw new ApiError('upload.failed');
    if (upload.state !== 'arrived') throw new ApiError('upload.incomplete');
    const { job: there, created } = await startJob(tx, upload, wish);
    const again = created ? undefined : await restartJob(tx, there.id, wish);
    const job = again ?? there;
    const begun = created || again !== undefined;
    if (begun) await checkJobs(tx, services.config.limits, userId, 0);
    if (begun && handover) await holdForOwner(tx, job.id, services.config.timing.lease);
    return { job, begun };
  });
  if (started.begun) services.tell(started.job.id);
  return started;
}
