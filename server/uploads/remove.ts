import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { and, eq, type SQL } from 'drizzle-orm';
import { uploads, webhookEvents, type Upload } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Services } from '../services/services.ts';

/**
 * Cancels an upload that its owner no longer wants: its place is free at once, it can no longer become a job, and its
 * bytes are deleted. Safe to call again.
 * Errors: `not.found`, for another user's upload too; `upload.finished`; `unavailable` when its bytes cannot be removed
 * now; the next attempt or retention will.
 */
export async function giveUpUpload(services: Services, userId: string, id: string): Promise<void> {
  const { database, locks } = services;
  const mine = and(eq(uploads.id, id), eq(uploads.userId, userId));
  const [known] = await database.read.select({ id: uploads.id }).from(uploads).where(mine);
  if (!known) throw new OctaviaError('not.found');
  // Its last byte may be moving into storage right now.
  await locks.hold(id, () => giveUp(services, mine));
}

async function giveUp(services: Services, mine: SQL | undefined): Promise<void> {
  const upload = await services.database.write.transaction(async (tx) => {
    const [found] = await tx.select().from(uploads).where(mine).for('update');
    if (!found) throw new OctaviaError('not.found');
    if (found.state === 'arrived') throw new OctaviaError('upload.finished');
    await tx.update(uploads).set({ state: 'expired' }).where(mine);
    return found;
  });
  await removeBytes(services, upload);
}

/**
 * Removes an upload that no job needs any more, wherever its bytes are: the files first, then the rows that name them.
 */
export async function removeUpload(services: Services, upload: Upload): Promise<void> {
  await removeBytes(services, upload);
  await services.database.write.transaction(async (tx) => {
    const { provider, providerRef: guid } = upload;
    const news = and(eq(webhookEvents.provider, provider), eq(webhookEvents.guid, guid));
    await tx.delete(webhookEvents).where(news);
    await tx.delete(uploads).where(eq(uploads.id, upload.id));
  });
}

/** Removes what has arrived of an upload, at Bunny or here, in storage or on its way there. */
export async function removeBytes(
  { config, bunny, storage }: Services,
  { id, provider, providerRef, objectKey }: Upload,
): Promise<void> {
  if (provider === 'bunny') return bunny?.deleteVideo(providerRef);
  const intake = join(config.folder, 'intake', id);
  await Promise.all([
    storage.delete(objectKey),
    rm(intake, { force: true }),
    rm(`${intake}.json`, { force: true }),
  ]);
}
