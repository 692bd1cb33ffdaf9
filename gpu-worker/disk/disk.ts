import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OctaviaError } from '@octavia/pipeline/errors';

/** A system error's code, such as ENOENT. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}

/** Turns a failed write into `storage.full` or `storage.failed`. */
export function storageFailure(thrown: unknown): OctaviaError {
  if (thrown instanceof OctaviaError) return thrown;
  const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(thrown) ?? '');
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new OctaviaError(full ? 'storage.full' : 'storage.failed', detail, { cause: thrown });
}

/** Bytes this user can still write below a folder, which need not exist yet. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(nearestExisting(folder));
  return bavail * bsize;
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
