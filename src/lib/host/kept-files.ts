import type { StoredFile } from '@octavia/pipeline/packs/platform';
import { isMissing, openFolder, storageError, writeFile } from './folders.ts';

/** Where model files are kept, each named by its SHA-256 and complete or absent. */
const FOLDER = ['models', 'files'] as const;

const HASH = /^[0-9a-f]+$/;

/** The folder itself, for moving finished files into it. */
export function keptFolder(): Promise<FileSystemDirectoryHandle> {
  return openFolder(...FOLDER);
}

/** A kept file; its bytes stay on disk until read. Undefined when it is not there. */
export async function keptFile(sha256: string): Promise<File | undefined> {
  try {
    return await (await (await keptFolder()).getFileHandle(sha256)).getFile();
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw storageError(thrown);
  }
}

/** Keeps a file under its hash, which the caller has checked. Errors: `storage.full|failed`. */
export async function keepFile(sha256: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
  await writeFile(await keptFolder(), sha256, content);
}

export async function deleteKept(sha256: string): Promise<void> {
  try {
    await (await keptFolder()).removeEntry(sha256);
  } catch (thrown) {
    if (!isMissing(thrown)) throw storageError(thrown);
  }
}

export async function listKept(): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for await (const [name, handle] of (await keptFolder()).entries()) {
    if (handle.kind !== 'file' || !HASH.test(name)) continue;
    const bytes = (await keptFile(name))?.size;
    if (bytes !== undefined) found.push({ sha256: name, bytes });
  }
  return found;
}
