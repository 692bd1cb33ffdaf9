import { OctaviaError } from '../errors.ts';
import { bytesInWords } from '../plan/words.ts';
import type { PullPlatform } from './platform.ts';

/** Space to leave free: file systems need some to work, and approximate sizes are rounded. */
const SPARE = { share: 0.02, bytes: 64e6 } as const;

/** Refuses a download for which there is not enough space. Errors: `storage.full`. */
export async function requireRoom({ store }: Pick<PullPlatform, 'store'>, bytes: number): Promise<void> {
  const free = await store.freeBytes();
  if (bytes <= 0 || free === undefined || bytes * (1 + SPARE.share) + SPARE.bytes <= free) return;
  throw new OctaviaError(
    'storage.full',
    `${bytesInWords(bytes)} have to be downloaded, but only ${bytesInWords(free)} are free. Nothing was downloaded: free some space, or remove models you no longer need.`,
  );
}
