import { isMissing, openFolder, storageError, writeFile } from './folders.ts';

/** The files of one job, under fixed names; their original names are in the job's record. */
export type JobFile = 'input' | 'output';

/** Keeps a copy of a file with the job. Errors: `storage.full|failed`. */
export async function keepJobFile(jobId: string, which: JobFile, content: Blob): Promise<void> {
  await writeFile(await openFolder('jobs', jobId), which, content);
}

/** The kept file under the given name, or undefined. Its bytes stay on disk until read. */
export async function jobFile(jobId: string, which: JobFile, name: string): Promise<File | undefined> {
  try {
    const handle = await (await openFolder('jobs', jobId)).getFileHandle(which);
    const file = await handle.getFile();
    return new File([file], name, { type: mediaType(name) });
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw storageError(thrown);
  }
}

export async function deleteJobFiles(jobId: string): Promise<void> {
  try {
    await (await openFolder('jobs')).removeEntry(jobId, { recursive: true });
  } catch (thrown) {
    if (!isMissing(thrown)) throw storageError(thrown);
  }
}

/** Players decide by this, not by the bytes. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/mp4',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  avi: 'video/x-msvideo',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  flac: 'audio/flac',
};

function mediaType(name: string): string {
  return MEDIA_TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? '';
}
