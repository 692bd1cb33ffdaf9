import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import type { Services } from '../services/services.ts';
import { checkpoints, keys } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { bodyOf, readAll } from '../storage/storage.ts';
import { requireHeld } from './held.ts';
import type { Fence } from '../routing/auth.ts';

/**
 * What a job has finished so far, kept centrally because a worker's disk is lost with the worker. It contains people's
 * voices, so it is encrypted with the job's own key, which is deleted when the job is done or removed (AES-256-GCM,
 * NIST SP 800-38D: 12-byte nonce, 16-byte tag).
 */

const NONCE = 12;
const TAG = 16;

function encrypt(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function decrypt(key: Uint8Array, sealed: Uint8Array): Uint8Array<ArrayBuffer> {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
  decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  const plain = Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]);
  return new Uint8Array(plain);
}

/** The job's key, made on first use. */
async function keyOf(db: Db, wrap: Uint8Array, jobId: string): Promise<Uint8Array> {
  const fresh = Buffer.from(encrypt(wrap, randomBytes(32))).toString('base64');
  await db.insert(keys).values({ jobId, wrapped: fresh }).onConflictDoNothing();
  const [row] = await db.select().from(keys).where(eq(keys.jobId, jobId));
  if (!row) throw new OctaviaError('job.fenced');
  return decrypt(wrap, Buffer.from(row.wrapped, 'base64'));
}

export async function putCheckpoint(
  services: Services,
  fence: Fence,
  name: string,
  plain: Uint8Array,
): Promise<void> {
  const { database, storage, keys: secrets } = services;
  await requireHeld(database.write, fence);
  const key = await keyOf(database.write, secrets.wrap, fence.jobId);
  // Every write gets a new name, so no attempt can touch what another has stored.
  const objectKey = `checkpoints/${fence.jobId}/${fence.attempt}/${randomUUID()}`;
  const sealed = encrypt(key, plain);
  const options = { contentType: 'application/octet-stream', bytes: sealed.byteLength };
  await storage.put(objectKey, bodyOf(sealed), options);
  const replaced = await database.write
    .transaction(async (tx) => {
      await requireHeld(tx, fence);
      const where = and(eq(checkpoints.jobId, fence.jobId), eq(checkpoints.name, name));
      const [old] = await tx.select().from(checkpoints).where(where).for('update');
      const values = { jobId: fence.jobId, name, attempt: fence.attempt, objectKey, bytes: plain.byteLength };
      await tx
        .insert(checkpoints)
        .values(values)
        .onConflictDoUpdate({ target: [checkpoints.jobId, checkpoints.name], set: values });
      return old?.objectKey;
    })
    .catch(async (error: unknown) => {
      await storage.delete(objectKey);
      throw error;
    });
  if (replaced !== undefined) await storage.delete(replaced);
}

export async function getCheckpoint(
  services: Services,
  fence: Fence,
  name: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { database, storage, keys: secrets } = services;
  await requireHeld(database.read, fence);
  const where = and(eq(checkpoints.jobId, fence.jobId), eq(checkpoints.name, name));
  const [row] = await database.read.select().from(checkpoints).where(where);
  const found = row && (await storage.get(row.objectKey));
  if (!found) return undefined;
  return decrypt(await keyOf(database.write, secrets.wrap, fence.jobId), await readAll(found.body));
}

export async function listCheckpoints(services: Services, fence: Fence, prefix: string): Promise<string[]> {
  await requireHeld(services.database.read, fence);
  const rows = await services.database.read
    .select({ name: checkpoints.name })
    .from(checkpoints)
    .where(eq(checkpoints.jobId, fence.jobId));
  return rows.map((row) => row.name).filter((name) => name.startsWith(prefix));
}

export async function deleteCheckpoints(services: Services, fence: Fence, prefix: string): Promise<void> {
  for (const name of await listCheckpoints(services, fence, prefix)) {
    const where = and(eq(checkpoints.jobId, fence.jobId), eq(checkpoints.name, name));
    const [row] = await services.database.write.delete(checkpoints).where(where).returning();
    if (row) await services.storage.delete(row.objectKey);
  }
}
