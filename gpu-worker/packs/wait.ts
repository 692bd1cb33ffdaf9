import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '@octavia/pipeline/errors';
import { tryLock } from '@octavia/server/db/pid-lock';

const POLL_MS = 200;

/**
 * Takes a lock file once its holder releases it or is gone.
 * @param onWait called once, with the holder's process number
 * @returns a function that releases it
 */
export async function waitForLock(
  path: string,
  signal: AbortSignal,
  onWait?: (heldBy: string) => void,
): Promise<() => Promise<void>> {
  for (let waiting = false; ; waiting = true) {
    throwIfAborted(signal);
    const locked = await tryLock(path);
    if ('release' in locked) return locked.release;
    if (!waiting) onWait?.(locked.heldBy);
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
