import { randomBytes } from 'node:crypto';
import { and, eq, gt, sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { tickets } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { nameOf } from '../identity/keys.ts';

/** Seconds in which a ticket must be used. */
const TICKET_SECONDS = 60;

/** A ticket for one connection to one job's events, for clients that cannot send an Authorization header. */
export async function issueTicket(db: Db, userId: string, jobId: string): Promise<string> {
  const ticket = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + TICKET_SECONDS * 1000);
  await db.insert(tickets).values({ hash: nameOf(ticket), userId, jobId, expiresAt });
  return ticket;
}

/** Uses up the ticket. Errors: `auth.required` when it is used, expired or for another job. */
export async function redeemTicket(db: Db, ticket: string, jobId: string): Promise<{ userId: string }> {
  const [used] = await db
    .delete(tickets)
    .where(and(eq(tickets.hash, nameOf(ticket)), eq(tickets.jobId, jobId), gt(tickets.expiresAt, sql`now()`)))
    .returning();
  if (!used) throw new OctaviaError('auth.required');
  return { userId: used.userId };
}
