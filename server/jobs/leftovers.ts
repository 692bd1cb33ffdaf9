import { and, eq, inArray, isNotNull, lt, sql } from 'drizzle-orm';
import { attempt } from '../services/attempt.ts';
import { checkpoints, jobEvents, jobs, outputs } from '../db/schema.ts';
import type { Services } from '../services/services.ts';

const AT_ONCE = 500;

/**
 * Deletes the files that ended jobs no longer need, then the rows that name them, and the events with what was said.
 */
export async function deleteLeftovers(services: Services): Promise<void> {
  await deleteCheckpoints(services);
  await deleteOutputs(services);
  await deleteLines(services);
}

/** Minutes after a job's end in which its followers still get every line. */
const LINES_MINUTES = 5;

/** The lines of a finished job are in its report; nobody needs them as events any more. */
async function deleteLines({ database: { write } }: Services): Promise<void> {
  const before = sql`now() - make_interval(mins => ${LINES_MINUTES})`;
  const done = write
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.status, 'done'), lt(jobs.finishedAt, before)));
  await write.delete(jobEvents).where(and(eq(jobEvents.type, 'line'), inArray(jobEvents.jobId, done)));
}

/**
 * Checkpoints of jobs that are done. Those of a failed or cancelled job stay as long as its file, because it may be
 * started again.
 */
async function deleteCheckpoints({ database: { write }, storage, log }: Services): Promise<void> {
  const found = await write
    .select({ jobId: checkpoints.jobId, name: checkpoints.name, objectKey: checkpoints.objectKey })
    .from(checkpoints)
    .innerJoin(jobs, eq(jobs.id, checkpoints.jobId))
    .where(eq(jobs.status, 'done'))
    .limit(AT_ONCE);
  for (const { jobId, name, objectKey } of found) {
    await attempt(log, { job: jobId, checkpoint: name }, async () => {
      await storage.delete(objectKey);
      await write.delete(checkpoints).where(and(eq(checkpoints.jobId, jobId), eq(checkpoints.name, name)));
    });
  }
}

/** Uploads by attempts of ended jobs that are not part of the result. */
async function deleteOutputs({ database: { write }, storage, log }: Services): Promise<void> {
  const isResult = sql`${outputs.objectKey} IN (${jobs.result}->'video'->>'key', ${jobs.result}->'subtitles'->>'key')`;
  const { jobId, attempt: tried, name, objectKey } = outputs;
  const found = await write
    .select({ jobId, tried, name, objectKey })
    .from(outputs)
    .innerJoin(jobs, eq(jobs.id, outputs.jobId))
    .where(and(isNotNull(jobs.finishedAt), sql`${isResult} IS NOT TRUE`))
    .limit(AT_ONCE);
  for (const one of found) {
    await attempt(log, { job: one.jobId, output: one.name }, async () => {
      await storage.delete(one.objectKey);
      await write.delete(outputs).where(and(eq(jobId, one.jobId), eq(tried, one.tried), eq(name, one.name)));
    });
  }
}
