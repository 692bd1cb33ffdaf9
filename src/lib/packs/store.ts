import { OctaviaError, throwIfAborted, toOctaviaError } from '@octavia/pipeline/errors';
import type { PackStore, Unfinished } from '@octavia/pipeline/packs/platform';
import { isMissing, openFolder, storageError, writeFile } from '../host/folders.ts';
import { deleteKept, keptFile, keptFolder, listKept } from '../host/kept-files.ts';
import { hold, holdIfFree, type Release } from './hold.ts';

const PIECE_BYTES = 4 * 2 ** 20;

/** Not yet in TypeScript's DOM library: https://github.com/whatwg/fs/pull/10, in all engines since 2023. */
interface MovableFile {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

const unfinishedFolder = (): Promise<FileSystemDirectoryHandle> => openFolder('models', 'unfinished');
const etagName = (name: string): string => `${name}.etag`;
const lockName = (name: string): string => `octavia.unfinished.${name}`;

/** The PackStore port on the origin's private file system; runs in a worker, for its synchronous handles. */
export function createOpfsPackStore(): PackStore {
  return {
    list: listKept,
    size: async (sha256) => (await keptFile(sha256))?.size,
    async *read(sha256, signal) {
      const file = await keptFile(sha256);
      if (file === undefined) throw new OctaviaError('model.missing');
      yield* pieces(file, signal);
    },
    delete: deleteKept,
    async freeBytes() {
      const { quota, usage = 0 } = await navigator.storage.estimate();
      return quota === undefined ? undefined : Math.max(0, quota - usage);
    },
    async unfinishedBytes(name) {
      return (await fileIn(name))?.size ?? 0;
    },
    async open(name, signal, onWait) {
      try {
        const release = await hold(lockName(name), signal, onWait);
        return await openUnfinished(name, release).catch((thrown: unknown) => {
          release();
          throw storageError(thrown);
        });
      } catch (thrown) {
        throw toOctaviaError(thrown, signal);
      }
    },
    async discard(name) {
      const release = await holdIfFree(lockName(name));
      if (release === undefined) return;
      try {
        for (const entry of [name, etagName(name)]) await remove(entry);
      } finally {
        release();
      }
    },
  };
}

async function openUnfinished(name: string, release: Release): Promise<Unfinished> {
  const folder = await unfinishedFolder();
  const entry = await folder.getFileHandle(name, { create: true });
  const handle = await entry.createSyncAccessHandle();
  let bytes = handle.getSize();
  let etag = await (await fileIn(etagName(name)))?.text();
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    handle.close();
  };

  return {
    get bytes() {
      return bytes;
    },
    get etag() {
      return etag;
    },
    restart: (next) =>
      guarded(async () => {
        handle.truncate(0);
        bytes = 0;
        etag = next;
        if (next === undefined) await remove(etagName(name));
        else await writeFile(folder, etagName(name), new TextEncoder().encode(next));
      }),
    async *read(signal) {
      for (let at = 0; at < bytes; at += PIECE_BYTES) {
        throwIfAborted(signal);
        const piece = new Uint8Array(Math.min(PIECE_BYTES, bytes - at));
        handle.read(piece, { at });
        yield piece;
        // A long file must not block the worker's other tasks.
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    append: (chunk) =>
      guarded(() => {
        // When there is no room Chromium does not throw, but returns something that is not the length.
        const written = handle.write(new Uint8Array(chunk), { at: bytes });
        if (written !== chunk.length) {
          handle.truncate(bytes);
          throw new DOMException('No room.', 'QuotaExceededError');
        }
        bytes += written;
      }),
    commit: (sha256) =>
      guarded(async () => {
        handle.flush();
        close();
        await (entry as unknown as MovableFile).move(await keptFolder(), sha256);
        await remove(etagName(name));
      }),
    close() {
      close();
      release();
      return Promise.resolve();
    },
  };
}

async function guarded(work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    throw storageError(thrown);
  }
}

async function fileIn(name: string): Promise<File | undefined> {
  try {
    return await (await (await unfinishedFolder()).getFileHandle(name)).getFile();
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw storageError(thrown);
  }
}

async function remove(name: string): Promise<void> {
  try {
    await (await unfinishedFolder()).removeEntry(name);
  } catch (thrown) {
    if (!isMissing(thrown)) throw storageError(thrown);
  }
}

/** A file's content, a few megabytes at a time. */
export async function* pieces(file: File, signal: AbortSignal): AsyncIterable<Uint8Array> {
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    throwIfAborted(signal);
    yield new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
  }
}
