import { createReadStream } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { PackStore, Unfinished } from '@octavia/pipeline/packs/platform';
import { tryLock } from '@octavia/server/db/pid-lock';
import { codeOf, freeBytes, storageFailure } from '../disk/disk.ts';
import { waitForLock } from './wait.ts';

/** The path of a pulled file with this hash in a store. */
export function storedPath(root: string, sha256: string): string {
  return join(root, 'files', sha256);
}

/**
 * Pulled files in a folder: `files/<sha256>`, complete and never changed; `unfinished/<name>` with its ETag beside it
 * and the lock of the process working on it.
 */
export function createFolderPackStore(root: string): PackStore {
  const begun = join(root, 'unfinished');
  return {
    async list() {
      const names = await readdir(join(root, 'files')).catch(absent([]));
      const sizes = await Promise.all(names.map((name) => sizeOf(storedPath(root, name))));
      return names.map((sha256, i) => ({ sha256, bytes: sizes[i] ?? 0 }));
    },
    size: (sha256) => sizeOf(storedPath(root, sha256)),
    read: (sha256, signal) => readPieces(storedPath(root, sha256), signal),
    delete: (sha256) => rm(storedPath(root, sha256), { force: true }).catch(refuse),
    freeBytes: () => freeBytes(root).catch(() => undefined),
    unfinishedBytes: async (name) => (await sizeOf(join(begun, name))) ?? 0,

    async open(name, signal, onWait) {
      await mkdir(begun, { recursive: true }).catch(refuse);
      await mkdir(join(root, 'files'), { recursive: true }).catch(refuse);
      const path = join(begun, name);
      const release = await waitForLock(`${path}.pid`, signal, onWait).catch(refuse);
      try {
        return await openUnfinished(path, (sha256) => storedPath(root, sha256), release);
      } catch (thrown) {
        await release();
        throw storageFailure(thrown);
      }
    },

    async discard(name) {
      const path = join(begun, name);
      if ((await sizeOf(path)) === undefined) return;
      const locked = await tryLock(`${path}.pid`);
      if (!('release' in locked)) return;
      try {
        await rm(path, { force: true });
        await rm(`${path}.etag`, { force: true });
      } catch (thrown) {
        throw storageFailure(thrown);
      } finally {
        await locked.release();
      }
    },
  };
}

async function openUnfinished(
  path: string,
  finished: (sha256: string) => string,
  release: () => Promise<void>,
): Promise<Unfinished> {
  const file = await open(path, 'a');
  let bytes = (await file.stat()).size;
  let etag = await readFile(`${path}.etag`, 'utf8').catch(() => undefined);
  let open_ = true;
  const close = async () => {
    if (open_) await file.close();
    open_ = false;
  };
  return {
    get bytes() {
      return bytes;
    },
    get etag() {
      return etag;
    },
    async restart(next) {
      try {
        await file.truncate(0);
        bytes = 0;
        etag = next;
        if (next === undefined) await rm(`${path}.etag`, { force: true });
        else await writeFile(`${path}.etag`, next);
      } catch (thrown) {
        throw storageFailure(thrown);
      }
    },
    read: (signal) => readPieces(path, signal),
    async append(piece) {
      bytes += await writeAll(file, piece);
    },
    async commit(sha256) {
      try {
        await file.sync();
        await close();
        await rename(path, finished(sha256));
        await rm(`${path}.etag`, { force: true });
      } catch (thrown) {
        throw storageFailure(thrown);
      }
    },
    async close() {
      await close();
      if (bytes === 0) await rm(path, { force: true });
      await release();
    },
  };
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<number> {
  try {
    for (let from = 0; from < piece.length;) from += (await file.write(piece, from)).bytesWritten;
    return piece.length;
  } catch (thrown) {
    throw storageFailure(thrown);
  }
}

async function* readPieces(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { signal, highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>;
  } catch (thrown) {
    if (signal.aborted) throw new OctaviaError('job.cancelled', undefined, { cause: thrown });
    if (codeOf(thrown) === 'ENOENT') throw new OctaviaError('model.missing', `${path} is not there.`);
    throw storageFailure(thrown);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent(undefined)))?.size;
}

function absent<T>(value: T): (thrown: unknown) => T {
  return (thrown) => {
    if (codeOf(thrown) === 'ENOENT') return value;
    throw storageFailure(thrown);
  };
}

function refuse(thrown: unknown): never {
  throw storageFailure(thrown);
}
