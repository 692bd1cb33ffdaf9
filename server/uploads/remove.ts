import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { and, eq } from 'drizzle-orm';
import { uploads, webhookEvents } from '../db/schema.ts';
import type { Services } from '../services.ts';

type Upload = typeof uploads.$inferSelect;

/** Removes an upload of which no job is left, wherever its bytes lie: the files first, then what names them. */
export async function removeUpload(services: Services, upload: Upload): Promise<void> {
  const { id, provider, providerRef: guid } = upload;
  if (provider === 'bunny') await services.bunny?.deleteVideo(guid);
  else await Promise.all([services.storage.delete(upload.objectKey), removeIntake(services, id)]);
  await services.database.write.transaction(async (tx) => {
    const news = and(eq(webhookEvents.provider, provider), eq(webhookEvents.guid, guid));
    await tx.delete(webhookEvents).where(news);
    await tx.delete(uploads).where(eq(uploads.id, id));
  });
}

/** Removes what our own tus endpoint holds of an unfinished upload. */
export async function removeIntake(services: Services, id: string): Promise<void> {
  const path = join(services.config.folder, 'intake', id);
  await Promise.all([rm(path, { force: true }), rm(`${path}.json`, { force: true })]);
}
