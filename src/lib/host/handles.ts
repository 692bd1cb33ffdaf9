/** Handles of dropped files, in browsers that have them. With its handle a file can be opened again later. */
const handles = new WeakMap<File, FileSystemFileHandle>();

interface HandleItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** The dropped files, with their handles remembered. */
export function droppedFiles(data: DataTransfer): File[] {
  const files = [...data.files];
  for (const item of data.items) {
    const file = item.getAsFile();
    const known = files.find((other) => other.name === file?.name && other.size === file.size);
    if (known === undefined) continue;
    void (item as HandleItem).getAsFileSystemHandle?.().then(
      (handle) => {
        if (handle?.kind === 'file') handles.set(known, handle as FileSystemFileHandle);
      },
      () => undefined,
    );
  }
  return files;
}

export function handleOf(file: File): FileSystemFileHandle | undefined {
  return handles.get(file);
}

interface Permitted {
  queryPermission?(wish: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(wish: { mode: 'read' }): Promise<PermissionState>;
}

/**
 * Opens the file of a handle.
 * @param ask the user can be asked now (after a click)
 * @returns undefined when the user has to pick the file
 */
export async function openHandle(handle: FileSystemFileHandle, ask: boolean): Promise<File | undefined> {
  const permitted = handle as Permitted;
  try {
    let state = await permitted.queryPermission?.({ mode: 'read' });
    if (state === 'prompt' && ask) state = await permitted.requestPermission?.({ mode: 'read' });
    return state === 'granted' ? await handle.getFile() : undefined;
  } catch {
    // Moved or deleted: treat it as if there had never been a handle.
    return undefined;
  }
}
