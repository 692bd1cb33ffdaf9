import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { and, eq, lt, or, sql } from 'drizzle-orm';
import { attempt } from '../services/attempt.ts';
import { uploads, type Upload } from '../db/schema.ts';
import type { Services } from '../services/services.ts';
import { isDisk } from '../storage/disk.ts';
import type { Body, Storage } from '../storage/storage.ts';
import { UPLOAD_FAILED, UPLOAD_FINISHED, uploadNews } from './arrive.ts';
import { removeBytes } from './remove.ts';

/**
 * Moves a complete local upload into storage and reports it the same way as Bunny does, while nobody else touches its
 * bytes. Safe to call again after a crash at any point, and by several callers at once.
 * @returns whether the upload is complete
 */
export function uploadArrivedHere(services: Services, id: string): Promise<boolean> {
  return services.locks.hold(id, () => adopt(services, id));
}

async function adopt(services: Services, id: string): Promise<boolean> {
  const [upload] = await services.database.write.select().from(uploads).where(eq(uploads.id, id));
  if (upload?.state !== 'pending') return upload?.state === 'arrived';
  const path = join(services.config.folder, 'intake', id);
  const there = await stat(path).catch(() => undefined);
  if (there && there.size !== upload.size) return false;
  if (there) await moveToStorage(services.storage, path, upload);
  else if ((await services.storage.stat(upload.objectKey))?.bytes !== upload.size) return false;
  await uploadNews(services, { provider: 'local', guid: id, status: UPLOAD_FINISHED });
  await rm(`${path}.json`, { force: true });
  services.metrics.uploadedBytes.inc(upload.size);
  return true;
}

async function moveToStorage(storage: Storage, path: string, upload: Upload) {
  if (isDisk(storage)) return storage.adopt(path, upload.objectKey);
  const body = Readable.toWeb(createReadStream(path)) as unknown as Body;
  await storage.put(upload.objectKey, body, { contentType: upload.contentType, bytes: upload.size });
  await rm(path, { force: true });
}

/**
 * Finds uploads that finished unnoticed: complete local ones (after a crash nobody reports the last byte again) and
 * those at Bunny whose webhook has not come. Gives up those that have expired.
 */
export async function sweepUploads(services: Services): Promise<void> {
  const age = sql`now() - make_interval(secs => ${services.config.timing.pollUploadsAfter})`;
  const pending = await services.database.write
    .select()
    .from(uploads)
    .where(and(eq(uploads.state, 'pending'), or(eq(uploads.provider, 'local'), lt(uploads.createdAt, age))))
    .limit(500);
  for (const upload of pending) {
    await attempt(services.log, { upload: upload.id }, () => lookAfter(services, upload));
  }
}

async function lookAfter(services: Services, upload: Upload): Promise<void> {
  const arrived =
    upload.provider === 'local'
      ? await isHere(services, upload)
      : await askBunny(services, upload.providerRef);
  if (!arrived && upload.expiresAt < new Date()) await expire(services, upload);
}

/** Most uploads are still in progress; leave them alone. */
async function isHere(services: Services, { id, size }: Upload): Promise<boolean> {
  const there = await stat(join(services.config.folder, 'intake', id)).catch(() => undefined);
  return there?.size !== undefined && there.size < size ? false : uploadArrivedHere(services, id);
}

/** @returns whether Bunny reported something new */
async function askBunny(services: Services, guid: string): Promise<boolean> {
  const state = await services.bunny?.uploadState(guid).catch(() => undefined);
  if (state === undefined || state === 'pending') return false;
  const status = state === 'arrived' ? UPLOAD_FINISHED : UPLOAD_FAILED;
  await uploadNews(services, { provider: 'bunny', guid, status });
  return true;
}

async function expire(services: Services, upload: Upload): Promise<void> {
  await services.locks.hold(upload.id, async () => {
    await services.database.write.update(uploads).set({ state: 'expired' }).where(eq(uploads.id, upload.id));
    await removeBytes(services, upload);
  });
}
