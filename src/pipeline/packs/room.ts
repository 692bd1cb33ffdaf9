import { OctaviaError } from '../errors.ts';
import { bytesInWords } from '../plan/words.ts';
import type { PullPlatform } from './platform.ts';

/** Room left over: file systems need some to work, and approximate sizes are rounded. */
const SPARE = { share: 0.02, bytes: 64e6 } as const;

/** Refuses what cannot end for want of space. Errors: `storage.full`. */
export async function requireRoom({ store }: Pick<PullPlatform, 'store'>, bytes: number): Promise<void> {
  const free = await store.freeBytes();
  if (bytes <= 0 || free === undefined || bytes * (1 + SPARE.share) + SPARE.bytes <= free) return;
  throw new OctaviaError(
    'storage.full',
    `${bytesInWords(bytes)} have to be fetched and only ${bytesInWords(free)} are free. Nothing was begun: make room, or remove models you no longer need.`,
  );
}
