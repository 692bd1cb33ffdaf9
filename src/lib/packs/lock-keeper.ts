import { OctaviaError } from '@octavia/pipeline/errors';
import { EMPTY_LOCK, type Lock } from '@octavia/pipeline/lock';
import type { LockKeeper } from '@octavia/pipeline/packs/platform';
import shipped from '../../../models/lock.json';
import { isMissing, openFolder, storageError, writeFile } from '../host/folders.ts';
import { hold } from './hold.ts';

const FILE = 'lock.json';
const never = new AbortController().signal;

/** What this browser learned of hub files, under what Octavia came with: shipped pins win. */
export const browserLock: LockKeeper = {
  async read() {
    const { files } = await alone(readLearned);
    return { ...EMPTY_LOCK, files: { ...files, ...(shipped as Lock).files } };
  },

  pin: (files) =>
    alone(async () => {
      const learned = await readLearned();
      const lock: Lock = { ...learned, files: { ...learned.files, ...files } };
      const text = JSON.stringify(lock, undefined, 2);
      await writeFile(await openFolder('models'), FILE, new TextEncoder().encode(text));
    }),
};

/** One at a time among all tabs and workers: a file that is replaced while it is read cannot be read. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const release = await hold('octavia.lock', never).catch((thrown: unknown) => {
    throw storageError(thrown);
  });
  try {
    return await work();
  } finally {
    release();
  }
}

async function readLearned(): Promise<Lock> {
  try {
    const file = await (await (await openFolder('models')).getFileHandle(FILE)).getFile();
    return JSON.parse(await file.text()) as Lock;
  } catch (thrown) {
    if (isMissing(thrown)) return EMPTY_LOCK;
    if (thrown instanceof SyntaxError) {
      throw new OctaviaError('storage.failed', 'The list of known model files is damaged.', {
        cause: thrown,
      });
    }
    throw storageError(thrown);
  }
}
