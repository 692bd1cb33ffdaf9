import { OctaviaError } from '@octavia/pipeline/errors';

/** Everything Octavia keeps is in this folder of the origin's private file system. */
const ROOT = 'octavia';

/** Opens (and makes) a folder below Octavia's own. */
export async function openFolder(...path: readonly string[]): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory();
  for (const name of [ROOT, ...path]) folder = await folder.getDirectoryHandle(name, { create: true });
  return folder;
}

/** True for the error of a missing file or folder. */
export function isMissing(thrown: unknown): boolean {
  return (
    thrown instanceof DOMException && (thrown.name === 'NotFoundError' || thrown.name === 'TypeMismatchError')
  );
}

/** Turns a write failure into one of our errors. */
export function storageError(thrown: unknown): OctaviaError {
  if (thrown instanceof OctaviaError) return thrown;
  if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') {
    return new OctaviaError('storage.full', 'Delete old jobs in the history, or free space on the disk.', {
      cause: thrown,
    });
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new OctaviaError('storage.failed', detail, { cause: thrown });
}

/** Writes a complete file: until the last byte is written, the old content stays. Errors: `storage.full|failed`. */
export async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  content: Blob | Uint8Array<ArrayBuffer>,
): Promise<void> {
  try {
    const file = await folder.getFileHandle(name, { create: true });
    const writer = await file.createWritable();
    try {
      await writer.write(content);
      await writer.close();
    } catch (thrown) {
      await writer.abort().catch(() => undefined);
      throw thrown;
    }
  } catch (thrown) {
    throw storageError(thrown);
  }
}
