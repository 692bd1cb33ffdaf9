import { and, eq, inArray, lt, notExists, or, sql } from 'drizzle-orm';
import { attempt } from '../services/attempt.ts';
import { jobs, uploads } from '../db/schema.ts';
import { removeJob } from './remove.ts';
import type { Services } from '../services/services.ts';
import { removeUpload } from '../uploads/remove.ts';

/** Of each kind, per sweep; the next sweep continues. */
const AT_ONCE = 100;

/**
 * Removes what has been kept long enough: ended jobs with their files, files without a job, and the records of uploads
 * that never arrived.
 */
export async function sweepExpired(services: Services): Promise<void> {
  const { read } = services.database;
  const before = sql`now() - make_interval(secs => ${services.config.timing.keepFiles})`;
  const ended = await read
    .select({ id: jobs.id })
    .from(jobs)
    .where(lt(jobs.finishedAt, before))
    .limit(AT_ONCE);
  for (const { id } of ended) await attempt(services.log, { job: id }, () => removeJob(services, id));
  const idle = and(eq(uploads.state, 'arrived'), lt(uploads.arrivedAt, before));
  const abandoned = and(inArray(uploads.state, ['failed', 'expired']), lt(uploads.createdAt, before));
  const ofUpload = read.select({ id: jobs.id }).from(jobs).where(eq(jobs.uploadId, uploads.id));
  const left = await read
    .select()
    .from(uploads)
    .where(and(or(idle, abandoned), notExists(ofUpload)))
    .limit(AT_ONCE);
  for (const upload of left)
    await attempt(services.log, { upload: upload.id }, () => removeUpload(services, upload));
}
