import { and, desc, eq, lt } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs, uploads, usage } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Job } from './shapes.ts';
import type { JobRow } from './lifecycle.ts';

interface Seen {
  readonly job: JobRow;
  readonly filename: string;
  readonly seconds: number | null;
}

/** A job's row as its owner sees it. */
function view({ job, filename, seconds }: Seen): Job {
  const common = {
    id: job.id,
    uploadId: job.uploadId,
    filename,
    target: job.target,
    attempt: job.attempt,
    createdAt: job.createdAt.toISOString(),
    updatedAt: job.updatedAt.toISOString(),
  };
  const finishedAt = (job.finishedAt ?? job.updatedAt).toISOString();
  switch (job.status) {
    case 'queued':
      return { ...common, status: 'queued', retryAt: job.retryAt?.toISOString() ?? null };
    case 'running':
      return { ...common, status: 'running', progress: job.progress };
    case 'cancelled':
      return { ...common, status: 'cancelled', finishedAt };
    case 'failed':
      return {
        ...common,
        status: 'failed',
        finishedAt,
        error: { code: job.errorCode ?? 'internal', detail: job.errorDetail },
      };
    case 'done': {
      const match = job.report?.['durationMatch'];
      const durationMatch = typeof match === 'number' ? match : null;
      return { ...common, status: 'done', finishedAt, seconds: seconds ?? 0, durationMatch };
    }
  }
}

function seen(db: Db) {
  return db
    .select({ job: jobs, filename: uploads.filename, seconds: usage.seconds })
    .from(jobs)
    .innerJoin(uploads, eq(uploads.id, jobs.uploadId))
    .leftJoin(usage, eq(usage.jobId, jobs.id));
}

/** Errors: `not.found`, for another user's job too. */
export async function ownJob(db: Db, userId: string, id: string): Promise<{ job: JobRow; view: Job }> {
  const [found] = await seen(db).where(and(eq(jobs.id, id), eq(jobs.userId, userId)));
  if (!found) throw new OctaviaError('not.found');
  return { job: found.job, view: view(found) };
}

/** All of a user's jobs, as they are kept and as their owner sees them. */
export async function allOwnJobs(db: Db, userId: string): Promise<{ job: JobRow; view: Job }[]> {
  const found = await seen(db).where(eq(jobs.userId, userId));
  return found.map((one) => ({ job: one.job, view: view(one) }));
}

/** A user's jobs, newest first. @param before only those made earlier */
export async function ownJobs(db: Db, userId: string, limit: number, before?: Date): Promise<Job[]> {
  const mine = eq(jobs.userId, userId);
  const found = await seen(db)
    .where(before ? and(mine, lt(jobs.createdAt, before)) : mine)
    .orderBy(desc(jobs.createdAt))
    .limit(limit);
  return found.map(view);
}
