import { OctaviaError } from '@octavia/pipeline/errors';
import { EMPTY_LOCK, type Lock } from '@octavia/pipeline/lock';
import type { LockKeeper } from '@octavia/pipeline/packs/platform';
import shipped from '../../../models/lock.json';
import { isMissing, openFolder, storageError, writeFile } from './folders.ts';

const FILE = 'lock.json';
/**
 * Held across all tabs and workers: exclusively by a writer of the file, and shared by readers. A file that is replaced
 * while it is being read cannot be read to its end.
 */
const NAME = 'octavia.lock';

/** What this browser learned about hub files, combined with what Octavia came with: shipped pins win. */
export const browserLock: LockKeeper = {
  async read() {
    const { files } = await readInTurn();
    return { ...EMPTY_LOCK, files: { ...files, ...(shipped as Lock).files } };
  },

  async pin(files) {
    await navigator.locks.request(NAME, async () => {
      const learned = await readLearned();
      const lock: Lock = { ...learned, files: { ...learned.files, ...files } };
      const text = JSON.stringify(lock, undefined, 2);
      await writeFile(await openFolder('models'), FILE, new TextEncoder().encode(text));
    });
  },
};

/** A frame on another site may have neither locks nor storage: then nothing was learned. */
async function readInTurn(): Promise<Lock> {
  try {
    return await navigator.locks.request(NAME, { mode: 'shared' }, readLearned);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'SecurityError') return EMPTY_LOCK;
    throw thrown;
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
