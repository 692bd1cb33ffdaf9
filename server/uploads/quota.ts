import { mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { and, count, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { CloudConfig } from '../settings/config.ts';
import type { Db } from '../db/connect.ts';
import { jobs, outputs, uploads } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';

type Limits = CloudConfig['limits'];

/** One request per user at a time until the transaction ends, so that two together cannot exceed a limit. */
export async function lockUser(tx: Db, userId: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${userId}))`);
}

/**
 * Checks that a user may upload one more file; the user must be locked.
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
 * Checks that a user's unfinished jobs, with those that unfinished uploads will start, are within the limit.
 * @param more jobs to come besides those in the database.
 * Errors: `job.too_many`.
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

/** Bytes a user's files take: results, uploads, and unfinished uploads at their full announced size. */
async function storedBytes(db: Db, userId: string): Promise<number> {
  // A sum of bigints is numeric, which both drivers return as text.
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

/** Our own number for pg_advisory_xact_lock: one upload at a time is given room. */
const ROOM_LOCK = 0x0c7b;

/**
 * Checks that a file of this size fits on the server's own disk, besides what other uploads have announced but not yet
 * sent. Nobody else is given room until the transaction ends.
 * Errors: `storage.full`.
 * @param folder where unfinished uploads lie
 */
export async function checkRoom(tx: Db, folder: string, size: number): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(${ROOM_LOCK})`);
  await mkdir(folder, { recursive: true });
  const [promised] = await tx
    .select({ bytes: sql<string>`coalesce(sum(${uploads.size}), 0)` })
    .from(uploads)
    .where(and(eq(uploads.provider, 'local'), eq(uploads.state, 'pending')));
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize + (await bytesIn(folder)) - Number(promised?.bytes ?? 0);
  if (free < size) throw new OctaviaError('storage.full');
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => {
    const found = await stat(join(folder, name)).catch(() => undefined);
    return found?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
