import type { Store } from '@octavia/pipeline/ports';
import { checkStorePrefix, storeKeySegments } from '@octavia/pipeline/store-key';
import { isMissing, openFolder, storageError, writeFile } from './folders.ts';

/** Suffix of file names, so that the keys `a` and `a/b` can coexist; no key may contain it. */
const MARK = '~';

/**
 * The Store port on the origin's private file system: a key's segments are folders, its last one a file.
 * @param place folder below Octavia's own, so that tests do not touch real jobs
 */
export function createOpfsStore(place = 'segments'): Store {
  const root = (): Promise<FileSystemDirectoryHandle> => openFolder(place);

  const folderOf = async (
    segments: readonly string[],
    create: boolean,
  ): Promise<FileSystemDirectoryHandle> => {
    let folder = await root();
    for (const name of segments) folder = await folder.getDirectoryHandle(name, { create });
    return folder;
  };

  const list = async (prefix: string): Promise<string[]> => {
    checkStorePrefix(prefix);
    const within = prefix.split('/').slice(0, -1);
    const start = await folderOf(within, false).catch((thrown: unknown) => {
      if (isMissing(thrown)) return undefined;
      throw storageError(thrown);
    });
    if (start === undefined) return [];
    const keys: string[] = [];
    await walk(start, within.map((name) => `${name}/`).join(''), prefix, keys);
    return keys.sort();
  };

  return {
    async get(key) {
      const segments = storeKeySegments(key);
      try {
        const folder = await folderOf(segments.slice(0, -1), false);
        const file = await (await folder.getFileHandle(fileName(segments))).getFile();
        return new Uint8Array(await file.arrayBuffer());
      } catch (thrown) {
        if (isMissing(thrown)) return undefined;
        throw storageError(thrown);
      }
    },
    async put(key, value) {
      const segments = storeKeySegments(key);
      try {
        const folder = await folderOf(segments.slice(0, -1), true);
        await writeFile(folder, fileName(segments), new Uint8Array(value));
      } catch (thrown) {
        throw storageError(thrown);
      }
    },
    list,
    async delete(prefix) {
      for (const key of await list(prefix)) await remove(storeKeySegments(key), folderOf);
    },
  };
}

/** Where sound is kept that was decoded or separated: it is large, and can be made again. */
export function createOpfsScratch(): Store {
  return createOpfsStore('sound');
}

function fileName(segments: readonly string[]): string {
  return `${segments.at(-1) ?? ''}${MARK}`;
}

async function walk(
  folder: FileSystemDirectoryHandle,
  path: string,
  prefix: string,
  keys: string[],
): Promise<void> {
  for await (const [name, handle] of folder.entries()) {
    const key = path + (handle.kind === 'file' ? name.slice(0, -MARK.length) : name);
    if (handle.kind === 'file') {
      if (name.endsWith(MARK) && key.startsWith(prefix)) keys.push(key);
    } else if (key.startsWith(prefix) || prefix.startsWith(`${key}/`)) {
      await walk(handle, `${key}/`, prefix, keys);
    }
  }
}

/** Removes a file and the folders it leaves empty. */
async function remove(
  segments: readonly string[],
  folderOf: (segments: readonly string[], create: boolean) => Promise<FileSystemDirectoryHandle>,
): Promise<void> {
  try {
    for (let depth = segments.length; depth > 0; depth--) {
      const folder = await folderOf(segments.slice(0, depth - 1), false);
      const name = depth === segments.length ? fileName(segments) : segments[depth - 1];
      await folder.removeEntry(name ?? '');
    }
  } catch (thrown) {
    if (isMissing(thrown)) return;
    // The parent still has other keys.
    if (thrown instanceof DOMException && thrown.name === 'InvalidModificationError') return;
    throw storageError(thrown);
  }
}
