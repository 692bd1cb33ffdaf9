import type { Pin } from '../catalogue.ts';
import { throwIfAborted } from '../errors.ts';
import type { PullPlatform } from './platform.ts';
import type { PullEvent } from './progress.ts';
import type { WantedFile } from './wanted.ts';

/** Whether a kept file is there, and whether its hash is right. */
async function stateOf(
  { store, hash }: Pick<PullPlatform, 'store' | 'hash'>,
  { sha256, bytes }: Pin,
  signal: AbortSignal,
): Promise<'ok' | 'missing' | 'damaged'> {
  const there = await store.size(sha256);
  if (there === undefined) return 'missing';
  if (there !== bytes) return 'damaged';
  const found = hash();
  for await (const piece of store.read(sha256, signal)) {
    throwIfAborted(signal);
    found.update(piece);
  }
  return found.hex() === sha256 ? 'ok' : 'damaged';
}

/** The files that are missing; damaged ones are reported and removed, so that they are fetched again. */
export async function dropDamaged(
  platform: Pick<PullPlatform, 'store' | 'hash'>,
  files: readonly WantedFile[],
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): Promise<WantedFile[]> {
  const missing: WantedFile[] = [];
  for (const file of files) {
    const states = await Promise.all(file.pins.map((pin) => stateOf(platform, pin, signal)));
    if (!states.includes('ok')) missing.push(file);
    for (const [i, { sha256 }] of file.pins.entries()) {
      if (states[i] !== 'damaged') continue;
      if (!states.includes('ok')) {
        onEvent({ type: 'file', model: file.model.id, path: file.path, state: 'damaged' });
      }
      await platform.store.delete(sha256);
    }
  }
  return missing;
}

/** The files that are missing, by name only. */
export async function lackingOf<File extends WantedFile>(
  { store }: Pick<PullPlatform, 'store'>,
  files: readonly File[],
): Promise<File[]> {
  const lacking: File[] = [];
  for (const file of files) {
    const sizes = await Promise.all(file.pins.map(({ sha256 }) => store.size(sha256)));
    if (sizes.every((size) => size === undefined)) lacking.push(file);
  }
  return lacking;
}
