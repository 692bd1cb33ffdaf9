import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OctaviaError } from '@octavia/pipeline/errors';
import { EMPTY_LOCK, type Lock } from '@octavia/pipeline/lock';
import type { LockKeeper } from '@octavia/pipeline/packs/platform';
import { codeOf, storageFailure } from '../disk/disk.ts';
import { waitForLock } from './wait.ts';

/** The lock file on disk, ordered and laid out so that it gives clear diffs under version control. */
export function createLockFile(path: string): LockKeeper {
  return {
    read: () => readLock(path),
    async pin(files) {
      const never = new AbortController().signal;
      await mkdir(dirname(path), { recursive: true }).catch(refuse(path));
      const release = await waitForLock(`${path}.pid`, never).catch(refuse(path));
      try {
        const merged = { ...(await readLock(path)).files, ...files };
        const sorted = Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1)));
        await replace(path, `${JSON.stringify({ ...EMPTY_LOCK, files: sorted }, undefined, 2)}\n`);
      } catch (thrown) {
        refuse(path)(thrown);
      } finally {
        await release();
      }
    },
  };
}

/** Errors: `model.damaged` when it is not a lock file. */
export async function readLock(path: string): Promise<Lock> {
  try {
    const lock = JSON.parse(await readFile(path, 'utf8')) as Partial<Lock>;
    if (lock.schema === 'octavia.lock/1' && typeof lock.files === 'object') return lock as Lock;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return EMPTY_LOCK;
    if (!(thrown instanceof SyntaxError)) throw storageFailure(thrown);
  }
  throw new OctaviaError(
    'model.damaged',
    `${path} is not a lock file; restore it, or delete it to start over.`,
  );
}

async function replace(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID()}`;
  try {
    await writeFile(partial, text, { flush: true });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

function refuse(path: string): (thrown: unknown) => never {
  return (thrown) => {
    const { code, message } = storageFailure(thrown);
    throw new OctaviaError(
      code,
      `${message} Hashes are recorded in ${path}; set OCTAVIA_MODEL_LOCK to use another file.`,
      {
        cause: thrown,
      },
    );
  };
}
