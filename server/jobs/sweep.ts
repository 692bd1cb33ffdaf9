import { and, eq, isNotNull, lt, not, or, sql, type SQL } from 'drizzle-orm';
import { attempt } from '../attempt.ts';
import type { Database } from '../db/connect.ts';
import { checkpoints, jobs, outbox, outputs, tickets } from '../db/schema.ts';
import type { Services } from '../services.ts';
import { isDue, leaseOver, MAX_TRIES, outOfTries } from './claim.ts';
import { announce } from './start.ts';
import { endFailed, leftoverCheckpoints, leftoverOutputs, requeue } from './work.ts';

/**
 * Puts right what a crash anywhere has left: leases that ran out, jobs that no one was told of, files that
 * ended jobs no longer need.
 */
export async function sweep(services: Services): Promise<void> {
  const { database, config, log } = services;
  const announceAgain = () => announceForgotten(database, config.timing.announceAgain);
  const dropTickets = () => database.write.delete(tickets).where(lt(tickets.expiresAt, sql`now()`));
  await attempt(log, { step: 'leases' }, () => expireLeases(services));
  await attempt(log, { step: 'announcements' }, announceAgain);
  await attempt(log, { step: 'leftovers' }, () => deleteLeftovers(services));
  await attempt(log, { step: 'tickets' }, dropTickets);
}

async function expireLeases(services: Services): Promise<void> {
  const { database, log } = services;
  const silent = or(leaseOver(), and(eq(jobs.status, 'queued'), outOfTries()));
  const found = await database.write.select({ id: jobs.id }).from(jobs).where(silent).limit(200);
  for (const { id } of found) await attempt(log, { job: id }, () => expireLease(services, id, silent));
}

/** Its worker may have spoken, or another sweeper have come, since it was found. */
async function expireLease(services: Services, id: string, silent: SQL | undefined): Promise<void> {
  const now = await services.database.write.transaction(async (tx) => {
    const [job] = await tx
      .select()
      .from(jobs)
      .where(and(eq(jobs.id, id), silent))
      .for('update', { skipLocked: true });
    if (!job) return undefined;
    const given = job.attempt - job.handedBack;
    if (given < MAX_TRIES) {
      await requeue(tx, job);
      return 'queued';
    }
    await endFailed(tx, job, 'job.gave_up', `The job was tried ${given} times and never finished.`);
    return 'failed';
  });
  if (now === 'failed') services.metrics.jobsEnded.inc({ status: now });
  if (now !== undefined) services.tell(id);
}

async function announceForgotten(database: Database, seconds: number): Promise<void> {
  const recently = sql`EXISTS (SELECT 1 FROM ${outbox} WHERE ${outbox.jobId} = ${jobs.id}
    AND (${outbox.sentAt} IS NULL OR ${outbox.sentAt} > now() - make_interval(secs => ${seconds})))`;
  await database.write.transaction(async (tx) => {
    const waiting = await tx
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(isDue(), not(recently)))
      .limit(200)
      .for('update', { skipLocked: true });
    for (const job of waiting) await announce(tx, job.id);
    await tx
      .delete(outbox)
      .where(and(isNotNull(outbox.sentAt), lt(outbox.sentAt, sql`now() - interval '1 day'`)));
  });
}

async function deleteLeftovers({ database, storage, log }: Services): Promise<void> {
  for (const { jobId, name, objectKey } of await leftoverCheckpoints(database.write)) {
    await attempt(log, { job: jobId, checkpoint: name }, async () => {
      await storage.delete(objectKey);
      const one = and(eq(checkpoints.jobId, jobId), eq(checkpoints.name, name));
      await database.write.delete(checkpoints).where(one);
    });
  }
  for (const { jobId, attempt: tried, name, objectKey } of await leftoverOutputs(database.write)) {
    await attempt(log, { job: jobId, output: name }, async () => {
      await storage.delete(objectKey);
      const one = [eq(outputs.jobId, jobId), eq(outputs.attempt, tried), eq(outputs.name, name)];
      await database.write.delete(outputs).where(and(...one));
    });
  }
}
