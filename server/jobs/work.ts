import { and, eq, inArray, isNotNull, sql, type SQL } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { Db } from '../db/connect.ts';
import { checkpoints, jobEvents, jobs, keys, outputs, usage } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import { leaseEnd, MAX_TRIES, NO_OUTAGE } from './claim.ts';
import { addEvent } from './events.ts';
import type { Complete, JobProgress, JobResult, Output } from './shapes.ts';
import { announce, type JobRow } from './start.ts';

/** The attempt of a job that a worker speaks for. */
export interface Fence {
  readonly jobId: string;
  readonly attempt: number;
}

/** True of the job's row while the attempt still holds it. */
function held(fence: Fence): SQL | undefined {
  return and(eq(jobs.id, fence.jobId), eq(jobs.attempt, fence.attempt), eq(jobs.status, 'running'));
}

/** Errors: `job.fenced` unless the attempt still holds the job. */
export async function requireHeld(db: Db, fence: Fence): Promise<JobRow> {
  const [job] = await db.select().from(jobs).where(held(fence));
  if (!job) throw new ApiError('job.fenced');
  return job;
}

/** Changes the row of a job that the attempt still holds, and locks it until the transaction ends. */
export async function changeHeld(
  tx: Db,
  fence: Fence,
  values: PgUpdateSetSource<typeof jobs>,
): Promise<JobRow> {
  const [job] = await tx
    .update(jobs)
    .set({ ...values, updatedAt: sql`now()` })
    .where(held(fence))
    .returning();
  if (!job) throw new ApiError('job.fenced');
  return job;
}

/** Renews the lease and notes what the pipeline has told. */
export async function heartbeat(
  db: Db,
  fence: Fence,
  told: { progress?: JobProgress | undefined; events: readonly { type: string }[] },
  leaseSeconds: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    const lease = { leaseUntil: leaseEnd(leaseSeconds) };
    // Only a worker that has the file has anything to tell.
    const working = told.progress || told.events.length > 0 ? NO_OUTAGE : {};
    const { progress } = told;
    await changeHeld(tx, fence, { ...lease, ...working, ...(progress ? { progress } : {}) });
    const rows = told.events.map((event) => ({ jobId: fence.jobId, type: event.type, data: { ...event } }));
    if (told.progress)
      rows.push({ jobId: fence.jobId, type: 'progress', data: { type: 'progress', ...told.progress } });
    if (rows.length > 0) await tx.insert(jobEvents).values(rows);
  });
}

/** A worker that must stop (SIGTERM) gives the job back at once; the try does not count. */
export async function handBack(db: Db, fence: Fence): Promise<void> {
  await db.transaction(async (tx) => {
    const job = await changeHeld(tx, fence, {
      status: 'queued',
      handedBack: sql`${jobs.handedBack} + 1`,
      leaseUntil: null,
      worker: null,
    });
    await addEvent(tx, job.id, 'state', { status: 'queued', attempt: job.attempt });
    await announce(tx, job.id);
  });
}

/**
 * The attempt has failed. @param fault.final trying again cannot help
 * @returns whether that was the job's end
 */
export async function fail(
  db: Db,
  fence: Fence,
  fault: { code: string; detail?: string | undefined; final: boolean },
): Promise<{ ended: boolean }> {
  return db.transaction(async (tx) => {
    const job = await requireHeld(tx, fence);
    const again = !fault.final && job.attempt - job.handedBack < MAX_TRIES;
    // Kept while it is tried again, too: whoever looks into it wants to know.
    const said = { errorCode: fault.code, errorDetail: fault.detail ?? null };
    await changeHeld(tx, fence, { ...said, leaseUntil: null, worker: null });
    if (again) await requeue(tx, job);
    else await endFailed(tx, job, fault.final ? fault.code : 'job.gave_up', fault.detail ?? fault.code);
    return { ended: !again };
  });
}

/** Puts a job whose attempt failed or fell silent back in line. */
export async function requeue(tx: Db, job: JobRow): Promise<void> {
  await tx.update(jobs).set({ status: 'queued', leaseUntil: null }).where(eq(jobs.id, job.id));
  await addEvent(tx, job.id, 'state', { status: 'queued', attempt: job.attempt });
  await announce(tx, job.id);
}

/** The end of a job that is given up: its owner is told, nothing is billed. */
export async function endFailed(tx: Db, job: JobRow, code: string, detail: string): Promise<void> {
  await tx
    .update(jobs)
    .set({ status: 'failed', errorCode: code, errorDetail: detail, finishedAt: sql`now()`, leaseUntil: null })
    .where(eq(jobs.id, job.id));
  await forgetProgress(tx, job.id);
  await addEvent(tx, job.id, 'state', { status: 'failed', attempt: job.attempt, error: { code, detail } });
}

/** How far a job is matters only while it runs. */
async function forgetProgress(tx: Db, jobId: string): Promise<void> {
  await tx
    .delete(jobEvents)
    .where(and(eq(jobEvents.jobId, jobId), inArray(jobEvents.type, ['progress', 'stage'])));
}

/**
 * Ends a job with its result, once: result, bill and event in one transaction. The same call again, with the
 * same output, is answered as the first one was; any other is refused and leaves the result untouched.
 */
export async function complete(db: Db, fence: Fence, done: Complete): Promise<{ repeated: boolean }> {
  return db.transaction(async (tx) => {
    const [job] = await tx.select().from(jobs).where(eq(jobs.id, fence.jobId)).for('update');
    if (job?.status === 'done' && job.result?.video.sha256 === done.video.sha256) return { repeated: true };
    if (job?.status !== 'running' || job.attempt !== fence.attempt) throw new ApiError('job.fenced');
    const result: JobResult = {
      video: await findOutput(tx, fence, done.video),
      subtitles: done.subtitles ? await findOutput(tx, fence, done.subtitles) : null,
    };
    await tx
      .update(jobs)
      .set({
        status: 'done',
        result,
        report: done.report,
        finishedAt: sql`now()`,
        updatedAt: sql`now()`,
        leaseUntil: null,
      })
      .where(eq(jobs.id, job.id));
    await tx.insert(usage).values({ jobId: job.id, userId: job.userId, seconds: Math.ceil(done.seconds) });
    // Without its key, what the checkpoints hold can no longer be read.
    await tx.delete(keys).where(eq(keys.jobId, job.id));
    await forgetProgress(tx, job.id);
    await addEvent(tx, job.id, 'state', { status: 'done', attempt: job.attempt });
    return { repeated: false };
  });
}

async function findOutput(tx: Db, fence: Fence, wanted: { name: string; sha256: string }): Promise<Output> {
  const [output] = await tx
    .select()
    .from(outputs)
    .where(
      and(eq(outputs.jobId, fence.jobId), eq(outputs.attempt, fence.attempt), eq(outputs.name, wanted.name)),
    );
  if (output?.sha256 !== wanted.sha256) throw new ApiError('output.missing');
  const { objectKey: key, name, bytes, sha256, contentType } = output;
  return { key, name, bytes, sha256, contentType };
}

/**
 * The owner stops a job; its worker learns of it at its next word. @returns whether it was not stopped before
 * Errors: `not.found`, `job.finished`.
 */
export async function cancel(db: Db, userId: string, jobId: string): Promise<{ ended: boolean }> {
  return db.transaction(async (tx) => {
    const [job] = await tx
      .select()
      .from(jobs)
      .where(and(eq(jobs.id, jobId), eq(jobs.userId, userId)))
      .for('update');
    if (!job) throw new ApiError('not.found');
    if (job.status === 'cancelled') return { ended: false };
    if (job.status === 'done' || job.status === 'failed') throw new ApiError('job.finished');
    await endCancelled(tx, job);
    return { ended: true };
  });
}

/** The end of an open job, whose row the caller has locked, because its owner wants it. */
export async function endCancelled(tx: Db, job: JobRow): Promise<void> {
  await tx
    .update(jobs)
    .set({ status: 'cancelled', finishedAt: sql`now()`, updatedAt: sql`now()`, leaseUntil: null })
    .where(eq(jobs.id, job.id));
  await forgetProgress(tx, job.id);
  await addEvent(tx, job.id, 'state', { status: 'cancelled', attempt: job.attempt });
}

/** What attempts of ended jobs have uploaded that is not part of the result, to be deleted likewise. */
export async function leftoverOutputs(db: Db) {
  const isResult = sql`${outputs.objectKey} IN (${jobs.result}->'video'->>'key', ${jobs.result}->'subtitles'->>'key')`;
  return db
    .select({
      jobId: outputs.jobId,
      attempt: outputs.attempt,
      name: outputs.name,
      objectKey: outputs.objectKey,
    })
    .from(outputs)
    .innerJoin(jobs, eq(jobs.id, outputs.jobId))
    .where(and(isNotNull(jobs.finishedAt), sql`${isResult} IS NOT TRUE`))
    .limit(500);
}

/**
 * Checkpoints of jobs that are done, to be deleted from storage and then from the table. Those of a job that failed
 * or was cancelled stay as long as its file does: it may be begun again.
 */
export async function leftoverCheckpoints(db: Db) {
  return db
    .select({ jobId: checkpoints.jobId, name: checkpoints.name, objectKey: checkpoints.objectKey })
    .from(checkpoints)
    .innerJoin(jobs, eq(jobs.id, checkpoints.jobId))
    .where(eq(jobs.status, 'done'))
    .limit(500);
}
