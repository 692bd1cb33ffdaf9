import { and, eq } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs, keys, outputs, usage } from '../db/schema.ts';
import type { JobResult, Output } from '../db/values.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { held, ours } from './held.ts';
import type { Fence } from '../routing/auth.ts';
import { move, type JobRow } from './lifecycle.ts';
import type { Complete } from './worker-shapes.ts';

/**
 * Ends a job with its result, once: result, bill and event in one transaction. The same call with the same output gets
 * the same answer again; any other is refused and leaves the result untouched.
 * @returns undefined for a repeated call.
 * Errors: `job.fenced`, `output.missing`.
 */
export async function complete(db: Db, fence: Fence, done: Complete): Promise<JobRow | undefined> {
  return db.transaction(async (tx) => {
    const [now] = await tx.select().from(jobs).where(eq(jobs.id, fence.jobId)).for('update');
    if (now?.status === 'done' && now.result?.video.sha256 === done.video.sha256) return undefined;
    if (now?.status !== 'running' || now.attempt !== fence.attempt) throw new OctaviaError('job.fenced');
    const result: JobResult = {
      video: await findOutput(tx, fence, done.video),
      subtitles: done.subtitles ? await findOutput(tx, fence, done.subtitles) : null,
    };
    const set = { result, report: done.report };
    const job = ours(await move(tx, 'complete', fence.jobId, { where: held(fence), set }));
    await tx.insert(usage).values({ jobId: job.id, userId: job.userId, seconds: Math.ceil(done.seconds) });
    // Without its key, what the checkpoints hold can no longer be read.
    await tx.delete(keys).where(eq(keys.jobId, job.id));
    return job;
  });
}

async function findOutput(tx: Db, fence: Fence, wanted: { name: string; sha256: string }): Promise<Output> {
  const [output] = await tx
    .select()
    .from(outputs)
    .where(
      and(eq(outputs.jobId, fence.jobId), eq(outputs.attempt, fence.attempt), eq(outputs.name, wanted.name)),
    );
  if (output?.sha256 !== wanted.sha256) throw new OctaviaError('output.missing');
  const { objectKey: key, name, bytes, sha256, contentType } = output;
  return { key, name, bytes, sha256, contentType };
}
