import { and, eq, type SQL } from 'drizzle-orm';
import type { Context } from 'hono';
import type { Db } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Env } from '../routing/auth.ts';
import type { JobRow } from './lifecycle.ts';

/** The attempt of a job that a worker speaks for. */
export interface Fence {
  readonly jobId: string;
  readonly attempt: number;
}

/** True of the job's row while the attempt still holds it. */
export function held(fence: Fence): SQL | undefined {
  return and(eq(jobs.id, fence.jobId), eq(jobs.attempt, fence.attempt), eq(jobs.status, 'running'));
}

/** Errors: `job.fenced` unless the attempt still holds the job. */
export async function requireHeld(db: Db, fence: Fence): Promise<JobRow> {
  const [job] = await db.select().from(jobs).where(held(fence));
  return ours(job);
}

/** A row that only the attempt that holds the job could find or change. Errors: `job.fenced` when there is none. */
export function ours(job: JobRow | undefined): JobRow {
  if (!job) throw new OctaviaError('job.fenced');
  return job;
}

/** The attempt that a worker's token speaks for. Errors: `auth.forbidden` when it names none. */
export function fenceOf(c: Context<Env>): Fence {
  const { job } = c.get('worker');
  if (!job) throw new OctaviaError('auth.forbidden');
  return { jobId: job.id, attempt: job.attempt };
}
