import type { FolderFile as Found } from '@octavia/pipeline/packs/folder';
import type { FolderFile } from './protocol.ts';
import { pieces } from './store.ts';

/** The files of a folder that was picked, with their paths below it. */
export function pickedFiles(list: FileList): FolderFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files of everything that was dropped; folders with all that is in them. */
export async function droppedFiles({ items }: DataTransfer): Promise<FolderFile[]> {
  // The list is empty after the event: its entries are taken at once.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return (await Promise.all(entries.map(filesBelow))).flat();
}

async function filesBelow(entry: FileSystemEntry): Promise<FolderFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FolderFile[] = [];
  // A reader gives its entries in portions, an empty one at the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return found;
    found.push(...(await Promise.all(portion.map(filesBelow))).flat());
  }
}

/** Finds a file by its path in a folder: the one that was given, or one that lies in it. */
export function findIn(files: readonly FolderFile[]): (path: string) => Promise<Found | undefined> {
  return (path) => {
    const given = files.find((file) => file.path === path || file.path.endsWith(`/${path}`))?.file;
    return Promise.resolve(
      given && { bytes: given.size, read: (signal: AbortSignal) => pieces(given, signal) },
    );
  };
}
