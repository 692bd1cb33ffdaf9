import { and, eq, isNotNull, lt, not, or, sql, type SQL } from 'drizzle-orm';
import { attempt } from '../services/attempt.ts';
import type { Database } from '../db/connect.ts';
import { jobs, outbox, tickets } from '../db/schema.ts';
import type { Services } from '../services/services.ts';
import { hasTriesLeft, isDue, leaseOver, outOfTries } from './claim.ts';
import { deleteLeftovers } from './leftovers.ts';
import { announce, move } from './lifecycle.ts';
import { moved } from './moved.ts';

/**
 * Repairs what a crash may have left behind: expired leases, jobs nobody was told of, files that ended jobs no longer
 * need.
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

/** Since it was found, its worker may have reported or another sweeper may have been faster. */
async function expireLease(services: Services, id: string, silent: SQL | undefined): Promise<void> {
  const now = await services.database.write.transaction(async (tx) => {
    const [job] = await tx
      .select()
      .from(jobs)
      .where(and(eq(jobs.id, id), silent))
      .for('update', { skipLocked: true });
    if (!job) return undefined;
    if (hasTriesLeft(job)) return move(tx, 'requeue', id);
    const tried = `The job was tried ${job.attempt - job.handedBack} times and never finished.`;
    return move(tx, 'fail', id, { set: { errorCode: 'job.gave_up', errorDetail: tried } });
  });
  if (now) moved(services, now);
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
