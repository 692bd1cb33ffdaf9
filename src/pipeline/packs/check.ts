import { throwIfAborted } from '../errors.ts';
import type { PullPlatform } from './platform.ts';
import type { PullEvent } from './progress.ts';
import type { WantedFile } from './wanted.ts';

/** Whether a kept file is there, and what its hash says. */
export async function stateOf(
  { store, hash }: Pick<PullPlatform, 'store' | 'hash'>,
  { sha256, bytes }: Pick<WantedFile, 'sha256' | 'bytes'>,
  signal: AbortSignal,
): Promise<'ok' | 'missing' | 'damaged'> {
  const there = sha256 === undefined ? undefined : await store.size(sha256);
  if (sha256 === undefined || there === undefined) return 'missing';
  if (there !== bytes) return 'damaged';
  const found = hash();
  for await (const piece of store.read(sha256, signal)) {
    throwIfAborted(signal);
    found.update(piece);
  }
  return found.hex() === sha256 ? 'ok' : 'damaged';
}

/** The files that are not here; those that are damaged are told and taken away, so that they are fetched anew. */
export async function dropDamaged(
  platform: Pick<PullPlatform, 'store' | 'hash'>,
  files: readonly WantedFile[],
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): Promise<WantedFile[]> {
  const missing: WantedFile[] = [];
  for (const file of files) {
    const state = await stateOf(platform, file, signal);
    if (state === 'ok') continue;
    missing.push(file);
    if (state === 'missing' || file.sha256 === undefined) continue;
    onEvent({ type: 'file', model: file.model.id, path: file.path, state: 'damaged' });
    await platform.store.delete(file.sha256);
  }
  return missing;
}
