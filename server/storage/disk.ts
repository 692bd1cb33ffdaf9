import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { signedLink } from '../links/token.ts';
import { checkKey, checkMeasure, measured, type Body, type Storage, type StoredFile } from './storage.ts';

/** Where links to files on disk point; server/delivery/route.ts answers them. */
export const DELIVERY_PATH = '/v1/files';

/** A body that has been silent for longer than the server keeps an idle connection (listen.ts) has ended. */
const ABANDONED_MS = 5 * 60_000;

export interface DiskStorage extends Storage {
  readonly kind: 'disk';
  /** Takes over a file on the same disk without copying it. */
  adopt(path: string, key: string): Promise<void>;
  /** Removes what interrupted puts have left behind. */
  sweep(): Promise<void>;
}

/** @param settings.key signs the links */
export function diskStorage(settings: { folder: string; key: Uint8Array }): DiskStorage {
  // A leading dot, which no key can have.
  const parts = join(settings.folder, '.parts');
  const pathOf = (key: string) => join(settings.folder, ...checkKey(key).split('/'));
  return {
    kind: 'disk',
    async put(key, body, options) {
      const path = pathOf(key);
      await mkdir(parts, { recursive: true, mode: 0o700 });
      const part = join(parts, randomUUID());
      try {
        const counted = measured(body);
        const file = await open(part, 'wx', 0o600);
        try {
          for await (const chunk of counted.body) await writeWhole(file, chunk);
          await file.sync();
        } finally {
          await file.close();
        }
        checkMeasure(counted.result(), options);
        await place(part, path);
        return counted.result();
      } finally {
        await rm(part, { force: true });
      }
    },
    async get(key, range) {
      const path = pathOf(key);
      const file = await statFile(path);
      if (!file) return undefined;
      const stream = createReadStream(path, range ?? {});
      return { ...file, body: Readable.toWeb(stream) as unknown as Body };
    },
    stat: (key) => statFile(pathOf(key)),
    async delete(key) {
      await rm(pathOf(key), { force: true });
      await removeEmpty(dirname(pathOf(key)), settings.folder);
    },
    async deleteBelow(key) {
      await rm(pathOf(key), { recursive: true, force: true });
      await removeEmpty(dirname(pathOf(key)), settings.folder);
    },
    link(key, { expires, filename, contentType, origin }) {
      const path = `${DELIVERY_PATH}/${checkKey(key)}`;
      const params = { name: filename.slice(0, 200), type: contentType };
      return Promise.resolve(signedLink(settings.key, origin, path, expires, params));
    },
    async adopt(from, key) {
      const path = pathOf(key);
      const file = await open(from, 'r');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await place(from, path);
    },
    async sweep() {
      const names = await readdir(parts).catch(() => []);
      for (const name of names) {
        const found = await stat(join(parts, name)).catch(() => undefined);
        if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(join(parts, name), { force: true });
      }
    },
  };
}

/** Moves a file to its name. Deleting another file may meanwhile remove the empty folder. */
async function place(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    try {
      return await rename(from, to);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 5) throw error;
    }
  }
}

/** Removes a folder and those above it while they are empty: their names reveal users and jobs. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let at = folder; at.startsWith(`${top}${sep}`); at = dirname(at)) {
    const removed = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

export function isDisk(storage: Storage): storage is DiskStorage {
  return storage.kind === 'disk';
}

async function writeWhole(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) {
    done += (await file.write(chunk, done)).bytesWritten;
  }
}

/** Files are written once and renamed into place, so size, time and inode identify the content. */
async function statFile(path: string): Promise<StoredFile | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) return undefined;
    const etag = `"${found.size.toString(36)}-${found.mtimeNs.toString(36)}-${found.ino.toString(36)}"`;
    return { bytes: Number(found.size), etag };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
