import { setTimeout as sleep } from 'node:timers/promises';

/** A test or hook that takes longer has hung: how long one may take on a busy machine, nobody knows. */
export const HUNG_MS = 15 * 60_000;

/** The longest wait for one condition; shorter, so that the test can still say what did not come. */
export const WAIT_MS = 5 * 60_000;

/** Waits until a condition holds, for helpers; a test itself has `expect.poll`. @throws when it never does */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(50)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`${what}: not within ${WAIT_MS / 60_000} minutes`);
}
