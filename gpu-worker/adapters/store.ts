import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Store } from '@octavia/pipeline';
import { checkStorePrefix, storeKeySegments } from '@octavia/pipeline/store-key';
import { codeOf, storageFailure } from '../disk/disk.ts';

/** Ends the file name of a value. No key holds it, so `a` and `a/b` can both be kept, and no name is reserved. */
const MARK = '~';

/**
 * Values as files in a folder. A value is written beside its place and renamed into it, so that a reader, or the next
 * start after a crash, sees either the old value or the new one.
 * @param folder made on the first write
 */
export function createFolderStore(folder: string): Store {
  const pathOf = (key: string): string => join(folder, ...storeKeySegments(key)) + MARK;

  return {
    async get(key) {
      const path = pathOf(key);
      try {
        const { buffer, byteOffset, byteLength } = await readFile(path);
        return new Uint8Array(buffer, byteOffset, byteLength);
      } catch (thrown) {
        if (codeOf(thrown) === 'ENOENT') return undefined;
        throw storageFailure(thrown);
      }
    },

    async put(key, value) {
      const path = pathOf(key);
      const partial = `${path}${randomUUID()}`;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(partial, value, { flush: true });
        await rename(partial, path);
      } catch (thrown) {
        await rm(partial, { force: true }).catch(() => undefined);
        throw storageFailure(thrown);
      }
    },

    async list(prefix) {
      checkStorePrefix(prefix);
      const keys = (await filesIn(folder)).filter((name) => name.endsWith(MARK)).map(keyOf);
      return keys.filter((key) => key.startsWith(prefix)).sort();
    },

    async delete(prefix) {
      checkStorePrefix(prefix);
      // Half-written files left by a crash go with the value they were meant for.
      const doomed = (await filesIn(folder)).filter((name) => keyOf(name).startsWith(prefix));
      for (const name of doomed) await rm(join(folder, name), { force: true });
      for (const name of doomed) await removeEmptyFolders(folder, dirname(name));
    },
  };
}

/** Files below the folder, as relative paths; none if the folder does not exist. */
async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.includes(MARK))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw storageFailure(thrown);
  }
}

/** `run/s0001~` and a partial `run/s0001~6f3c…` → `run/s0001`. */
function keyOf(name: string): string {
  return name.slice(0, name.lastIndexOf(MARK)).split(sep).join('/');
}

async function removeEmptyFolders(root: string, below: string): Promise<void> {
  for (let path = below; path !== '.' && path !== ''; path = dirname(path)) {
    // A folder that is not empty, or that another delete removed, stays as it is.
    await rmdir(join(root, path)).catch(() => undefined);
  }
}
