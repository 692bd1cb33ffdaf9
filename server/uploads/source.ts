import type { Context } from 'hono';
import type { uploads } from '../db/schema.ts';
import { absoluteFor } from '../http/origin.ts';
import type { Services } from '../services.ts';

/** A link to a file as it was uploaded, valid until `expires`. */
export async function sourceLink(
  { config, bunny, storage }: Services,
  c: Context,
  upload: typeof uploads.$inferSelect,
  expires: Date,
): Promise<string> {
  const { filename, contentType, objectKey, provider, providerRef } = upload;
  if (provider === 'bunny' && bunny) return bunny.originalLink(providerRef, expires);
  return absoluteFor(config, c, await storage.link(objectKey, { expires, filename, contentType }));
}

/** Whether the file is still kept. Bunny keeps its own until it is told to delete it. */
export async function sourceIsKept(
  { storage }: Services,
  { provider, objectKey }: typeof uploads.$inferSelect,
): Promise<boolean> {
  return provider === 'bunny' || (await storage.stat(objectKey)) !== undefined;
}
