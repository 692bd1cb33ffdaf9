import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OctaviaError } from '@octavia/pipeline/errors';

/**
 * When the process started, in clock ticks since boot, so that a reused process number is not mistaken for the old
 * owner; empty where the system does not say (proc(5), field 22 of /proc/PID/stat).
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
 * Takes a lock file for this process, without waiting. A lock whose process is gone is taken over by whoever holds the
 * heir's lock beside it. Only the heir may replace a dead owner's file, so a live one is never removed.
 * @param path in an existing folder
 */
export async function tryLock(path: string): Promise<Locked> {
  const mine = `${path}.${randomUUID()}`;
  const release = () => rm(path, { force: true });
  await writeFile(mine, `${process.pid} ${await startedAt(process.pid)}`);
  try {
    for (;;) {
      if (await linked(mine, path)) return { release };
      const holder = await holderOf(path);
      if (holder === undefined) continue;
      if (holder.lives) return { heldBy: holder.pid };
      const heir = await tryLock(`${path}.heir`);
      if ('heldBy' in heir) return heir;
      try {
        if ((await holderOf(path))?.lives !== false) continue;
        await rename(mine, path);
        return { release };
      } finally {
        await heir.release();
      }
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** @returns whether the file now has this name too; false when the name was taken */
async function linked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** @returns the number of the process that holds a lock and whether it lives; nothing when there is no lock */
async function holderOf(
  path: string,
): Promise<{ readonly pid: string; readonly lives: boolean } | undefined> {
  try {
    const owner = await readFile(path, 'utf8');
    return { pid: owner.split(' ')[0] ?? '', lives: await alive(owner) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * Locks a folder for this process. PGlite has no lock, and a second process that opens the same folder damages it.
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
