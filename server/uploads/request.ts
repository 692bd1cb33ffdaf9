import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import type { Database, Db } from '../db/connect.ts';
import { uploads, type Upload } from '../db/schema.ts';
import { safeName } from '../links/disposition.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Identity } from '../identity/identity.ts';
import { nameOf } from '../identity/keys.ts';
import { issueUploadToken } from '../identity/upload-token.ts';
import type { Services } from '../services/services.ts';
import type { BunnyStream } from '../bunny/stream.ts';
import type { UploadRequest, UploadTicket } from './shapes.ts';
import { checkRoom, checkUpload, lockUser } from './quota.ts';

/** Our own tus endpoint; POST to it with an upload's id at the end creates that upload's resource. */
export const TUS_PATH = '/v1/uploads/files';

/** A user's name as part of a key in storage. */
export function userFolder(userId: string): string {
  return /^(?!\.)[A-Za-z0-9._-]{1,100}$/.test(userId) ? userId : nameOf(userId);
}

/** Errors: `upload.too_large`, `storage.full`, `upload.too_many`, `upload.quota`, `job.too_many`, `unavailable`. */
export async function requestUpload(
  services: Services,
  user: Identity,
  wish: UploadRequest,
  origin: string,
): Promise<UploadTicket> {
  const { limits, timing } = services.config;
  if (wish.size > limits.uploadBytes) throw new OctaviaError('upload.too_large');
  const id = randomUUID();
  const filename = safeName(wish.filename);
  const check = async (tx: Db) => {
    await lockUser(tx, user.userId);
    await checkUpload(tx, limits, user.userId, { size: wish.size, startsJob: wish.job !== undefined });
    if (services.bunny === undefined) await checkRoom(tx, join(services.config.folder, 'intake'), wish.size);
  };
  const guid = services.bunny && (await placeAtBunny(services.database, services.bunny, filename, check));
  const made = services.database.write.transaction(async (tx) => {
    await check(tx);
    const [row] = await tx
      .insert(uploads)
      .values({
        id,
        userId: user.userId,
        provider: guid === undefined ? 'local' : 'bunny',
        providerRef: guid ?? id,
        objectKey: `uploads/${userFolder(user.userId)}/${id}`,
        filename,
        contentType: wish.content_type,
        size: wish.size,
        wish: wish.handover ? null : (wish.job ?? null),
        expiresAt: new Date(Date.now() + timing.uploadLifetime * 1000),
      })
      .returning();
    if (!row) throw new Error('An insert without conflict clause returns its row.');
    return row;
  });
  const upload = await made.catch(async (error: unknown) => {
    // Another request of the user was faster and took the last place.
    if (guid !== undefined) await services.bunny?.deleteVideo(guid).catch(() => undefined);
    throw error;
  });
  return ticketFor(services, upload, origin);
}

/** Creates a video at Bunny for a user who may upload. We check first, since Bunny keeps whatever is created. */
async function placeAtBunny(
  { write }: Database,
  bunny: BunnyStream,
  title: string,
  check: (tx: Db) => Promise<void>,
): Promise<string> {
  await write.transaction(check);
  return bunny.createVideo(title);
}

/** The ticket of an upload requested earlier, for a page that has lost it. */
export async function renewTicket(
  services: Services,
  user: Identity,
  id: string,
  origin: string,
): Promise<UploadTicket> {
  const upload = await ownUpload(services, user.userId, id);
  if (upload.state === 'arrived') throw new OctaviaError('upload.finished');
  if (upload.state === 'failed') throw new OctaviaError('upload.failed');
  if (upload.state !== 'pending' || upload.expiresAt <= new Date()) throw new OctaviaError('upload.expired');
  return ticketFor(services, upload, origin);
}

/** Errors: `not.found`, for another user's upload too. */
export async function ownUpload(services: Services, userId: string, id: string): Promise<Upload> {
  const [upload] = await services.database.read.select().from(uploads).where(eq(uploads.id, id));
  if (upload?.userId !== userId) throw new OctaviaError('not.found');
  return upload;
}

async function ticketFor(services: Services, upload: Upload, origin: string): Promise<UploadTicket> {
  const common = {
    upload_id: upload.id,
    object_key: upload.objectKey,
    metadata: { filetype: upload.contentType, title: upload.filename },
    expires_at: upload.expiresAt.toISOString(),
  };
  if (upload.provider === 'bunny' && services.bunny) {
    const { url, headers } = services.bunny.presign(upload.providerRef, upload.expiresAt);
    return { ...common, upload_url: url, headers };
  }
  const token = await issueUploadToken(services.keys, upload);
  return {
    ...common,
    upload_url: `${origin}${TUS_PATH}/${upload.id}`,
    headers: { Authorization: `Bearer ${token}` },
  };
}
