import type { uploads } from '../db/schema.ts';
import type { Services } from '../services/services.ts';

/** A link to a file as it was uploaded, valid until `expires`. @param origin where the caller reaches this server */
export async function sourceLink(
  { bunny, storage }: Services,
  upload: typeof uploads.$inferSelect,
  expires: Date,
  origin: string,
): Promise<string> {
  const { filename, contentType, objectKey, provider, providerRef } = upload;
  if (provider === 'bunny' && bunny) return bunny.originalLink(providerRef, expires);
  return storage.link(objectKey, { expires, filename, contentType, origin });
}

/** Whether the file is still kept. Bunny keeps its own until it is told to delete it. */
export async function sourceIsKept(
  { storage }: Services,
  { provider, objectKey }: typeof uploads.$inferSelect,
): Promise<boolean> {
  return provider === 'bunny' || (await storage.stat(objectKey)) !== undefined;
}
