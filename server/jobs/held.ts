import { and, eq, type SQL } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Fence } from '../routing/auth.ts';
import type { JobRow } from './lifecycle.ts';

/** True of the job's row while the attempt still holds it. */
export function held(fence: Fence): SQL | undefined {
  return and(eq(jobs.id, fence.jobId), eq(jobs.attempt, fence.attempt), eq(jobs.status, 'running'));
}

/** Errors: `job.fenced` unless the attempt still holds the job. */
export async function requireHeld(db: Db, fence: Fence): Promise<JobRow> {
  const [job] = await db.select().from(jobs).where(held(fence));
  return ours(job);
}

/**
 * Passes on a row that only the attempt holding the job could find or change.
 * Errors: `job.fenced` when there is none.
 */
export function ours(job: JobRow | undefined): JobRow {
  if (!job) throw new OctaviaError('job.fenced');
  return job;
}
