import { mkdir, statfs } from 'node:fs/promises';
import { and, count, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { CloudConfig } from '../settings/config.ts';
import type { Db } from '../db/connect.ts';
import { jobs, outputs, uploads } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';

type Limits = CloudConfig['limits'];

/** One request of a user at a time until the transaction ends, so that two together cannot pass a limit. */
export async function lockUser(tx: Db, userId: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${userId}))`);
}

/**
 * Whether a user may upload one more file; the user must be locked.
 * Errors: `upload.too_many`, `upload.quota`, and with `startsJob` `job.too_many`.
 */
export async function checkUpload(
  tx: Db,
  limits: Limits,
  userId: string,
  { size, startsJob }: { size: number; startsJob: boolean },
): Promise<void> {
  const mine = and(eq(uploads.userId, userId), eq(uploads.state, 'pending'));
  const [pending] = await tx.select({ n: count() }).from(uploads).where(mine);
  if ((pending?.n ?? 0) >= limits.pendingUploads) throw new OctaviaError('upload.too_many');
  if ((await storedBytes(tx, userId)) + size > limits.userBytes) throw new OctaviaError('upload.quota');
  if (startsJob) await checkJobs(tx, limits, userId, 1);
}

/**
 * Whether a user's jobs that are not finished, with those that unfinished uploads will start, are within the limit.
 * @param more jobs to come beside those that are written down. Errors: `job.too_many`.
 */
export async function checkJobs(tx: Db, limits: Limits, userId: string, more: number): Promise<void> {
  const [open] = await tx
    .select({ n: count() })
    .from(jobs)
    .where(and(eq(jobs.userId, userId), inArray(jobs.status, ['queued', 'running'])));
  const [coming] = await tx
    .select({ n: count() })
    .from(uploads)
    .where(and(eq(uploads.userId, userId), eq(uploads.state, 'pending'), isNotNull(uploads.wish)));
  if ((open?.n ?? 0) + (coming?.n ?? 0) + more > limits.openJobs) throw new OctaviaError('job.too_many');
}

/** What a user's files take: uploads, unfinished ones with the whole size they announced, and results. */
async function storedBytes(db: Db, userId: string): Promise<number> {
  // A sum of bigints is numeric, which both drivers hand over as text.
  const total = (column: typeof uploads.size | typeof outputs.bytes) =>
    sql<string>`coalesce(sum(${column}), 0)`;
  const [sources] = await db
    .select({ bytes: total(uploads.size) })
    .from(uploads)
    .where(and(eq(uploads.userId, userId), inArray(uploads.state, ['pending', 'arrived'])));
  const [results] = await db
    .select({ bytes: total(outputs.bytes) })
    .from(outputs)
    .innerJoin(jobs, eq(jobs.id, outputs.jobId))
    .where(eq(jobs.userId, userId));
  return Number(sources?.bytes ?? 0) + Number(results?.bytes ?? 0);
}

/** Errors: `storage.full` when a file of this size has no room on the server's own disk. */
export async function checkRoom(folder: string, size: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < size) throw new OctaviaError('storage.full');
}
