import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder for one job, readable only by this user and removed with the job. */
export async function makeScratch(root: string): Promise<{ folder: string; remove: () => Promise<void> }> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(root, `job-${process.pid}-`));
  await chmod(folder, 0o700);
  const guard = guardFolder(folder);
  return {
    folder,
    async remove() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      guard();
    },
  };
}

/**
 * Makes sure that a folder is removed as soon as this process is gone, however it ends: a small separate process waits
 * for that. Without a shell, the next worker removes it (removeLeftovers).
 * @returns a function that ends the watch
 */
function guardFolder(folder: string): () => void {
  if (process.platform === 'win32') return () => undefined;
  const watch = spawn('sh', ['-c', 'cat >/dev/null; rm -rf -- "$0"', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.on('error', () => undefined);
  watch.unref();
  return () => void watch.stdin.destroy();
}

/** Removes what killed workers have left behind: people's videos and voices. */
export async function removeLeftovers(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []);
  for (const name of names) {
    const pid = Number(/^job-(\d+)-/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  // A worker starts without a job, so a folder with its own number is from an earlier process.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
