import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OctaviaError } from '@octavia/pipeline';

/**
 * When the process started, in clock ticks since boot, so that a reused process number is not mistaken for
 * the old owner; empty where the system does not tell (proc(5), field 22 of /proc/PID/stat).
 */
async function startedAt(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function alive(owner: string): Promise<boolean> {
  const [pid = '', started = ''] = owner.trim().split(' ');
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return started === '' || started === (await startedAt(Number(pid)));
}

/** A lock taken, or the number of the process that holds it. */
type Locked = { readonly release: () => Promise<void> } | { readonly heldBy: string };

/**
 * Takes a lock file for this process alone, without waiting. One whose process is gone is taken over.
 * @param path in a folder that is there
 */
export async function tryLock(path: string): Promise<Locked> {
  const mine = `${path}.${randomUUID()}`;
  const owner = `${process.pid} ${await startedAt(process.pid)}`;
  await writeFile(mine, owner);
  try {
    for (;;) {
      try {
        await link(mine, path);
        return { release: () => rm(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await readFile(path, 'utf8').catch(() => '');
      if (await alive(holder)) return { heldBy: holder.split(' ')[0] ?? '' };
      await removeDead(path, holder);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Removes a dead owner's lock; puts back a live one that appeared between looking and moving. */
async function removeDead(path: string, owner: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== owner) await link(aside, path).catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await rm(aside, { force: true });
}

/**
 * Takes a folder for this process alone; PGlite has no lock of its own, and a second process that opens the
 * same folder damages it.
 * @returns releases the folder
 * Errors: `storage.failed` when another process holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const locked = await tryLock(join(folder, 'owner.pid'));
  if ('release' in locked) return locked.release;
  throw new OctaviaError(
    'storage.failed',
    `The database folder is in use by process ${locked.heldBy}; stop that one first, or set DATABASE_URL.`,
  );
}
