import { and, eq, isNotNull, lt, not, or, sql } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { checkpoints, jobs, outbox, outputs, tickets } from '../db/schema.ts';
import type { Services } from '../services.ts';
import type { Storage } from '../storage/storage.ts';
import { leaseOver, MAX_TRIES, outOfTries } from './claim.ts';
import { announce } from './start.ts';
import { endFailed, leftoverCheckpoints, leftoverOutputs, requeue } from './work.ts';

/**
 * Puts right what a crash anywhere has left: leases that ran out, jobs that no one was told of, files that
 * ended jobs no longer need. @returns ids of the jobs it changed
 */
export async function sweep({ database, storage, config }: Services): Promise<string[]> {
  const changed = await expireLeases(database);
  await announceForgotten(database, config.timing.announceAgain);
  await deleteLeftovers(database, storage);
  await database.write.delete(tickets).where(lt(tickets.expiresAt, sql`now()`));
  return changed;
}

async function expireLeases(database: Database): Promise<string[]> {
  return database.write.transaction(async (tx) => {
    const silent = await tx
      .select()
      .from(jobs)
      .where(or(leaseOver(), and(eq(jobs.status, 'queued'), outOfTries())))
      .limit(200)
      .for('update', { skipLocked: true });
    for (const job of silent) {
      const given = job.attempt - job.handedBack;
      if (given < MAX_TRIES) await requeue(tx, job);
      else await endFailed(tx, job, 'job.gave_up', `The job was tried ${given} times and never finished.`);
    }
    return silent.map((job) => job.id);
  });
}

async function announceForgotten(database: Database, seconds: number): Promise<void> {
  const recently = sql`EXISTS (SELECT 1 FROM ${outbox} WHERE ${outbox.jobId} = ${jobs.id}
    AND (${outbox.sentAt} IS NULL OR ${outbox.sentAt} > now() - make_interval(secs => ${seconds})))`;
  await database.write.transaction(async (tx) => {
    const waiting = await tx
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.status, 'queued'), not(recently)))
      .limit(200)
      .for('update', { skipLocked: true });
    for (const job of waiting) await announce(tx, job.id);
    await tx
      .delete(outbox)
      .where(and(isNotNull(outbox.sentAt), lt(outbox.sentAt, sql`now() - interval '1 day'`)));
  });
}

async function deleteLeftovers(database: Database, storage: Storage): Promise<void> {
  for (const left of await leftoverCheckpoints(database.write)) {
    await storage.delete(left.objectKey);
    await database.write
      .delete(checkpoints)
      .where(and(eq(checkpoints.jobId, left.jobId), eq(checkpoints.name, left.name)));
  }
  for (const { jobId, attempt, name, objectKey } of await leftoverOutputs(database.write)) {
    await storage.delete(objectKey);
    const one = [eq(outputs.jobId, jobId), eq(outputs.attempt, attempt), eq(outputs.name, name)];
    await database.write.delete(outputs).where(and(...one));
  }
}
