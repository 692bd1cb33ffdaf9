import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../call/places.ts';

/** Interrupted work that nobody resumes for this long is deleted. */
const KEPT_DAYS = 30;

/** The folder that keeps the work on this input with these settings between calls. */
export async function resumeFolder(fingerprint: string, settings: unknown): Promise<string> {
  const jobs = join(cacheFolder(), 'jobs');
  await forgetOld(jobs);
  const name = createHash('sha256')
    .update(JSON.stringify([fingerprint, settings]))
    .digest('hex')
    .slice(0, 32);
  const folder = join(jobs, name);
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
  return folder;
}

async function forgetOld(jobs: string): Promise<void> {
  const before = Date.now() - KEPT_DAYS * 86_400_000;
  for (const name of await readdir(jobs).catch(() => [])) {
    const folder = join(jobs, name);
    const info = await stat(folder).catch(() => undefined);
    if (info !== undefined && info.mtimeMs < before) await rm(folder, { recursive: true, force: true });
  }
}
