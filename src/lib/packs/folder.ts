import type { FolderFile as Found } from '@octavia/pipeline/packs/folder';
import type { FolderFile } from './protocol.ts';
import { pieces } from './store.ts';

/** The files of a picked folder, with their paths below it. */
export function pickedFiles(list: FileList): FolderFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files of everything dropped, including the contents of folders. */
export async function droppedFiles({ items }: DataTransfer): Promise<FolderFile[]> {
  // The list is emptied after the event, so read its entries at once.
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
  // A reader returns its entries in batches, with an empty one at the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0) return found;
    found.push(...(await Promise.all(portion.map(filesBelow))).flat());
  }
}

/** Finds a file by its path, in the given folder or in one of its subfolders. */
export function findIn(files: readonly FolderFile[]): (path: string) => Promise<Found | undefined> {
  return (path) => {
    const given = files.find((file) => file.path === path || file.path.endsWith(`/${path}`))?.file;
    return Promise.resolve(
      given && { bytes: given.size, read: (signal: AbortSignal) => pieces(given, signal) },
    );
  };
}
