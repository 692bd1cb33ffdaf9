import type { Logger } from 'pino';

/**
 * Does one of several things that must not keep each other: if it fails, that is logged, and the next round tries again.
 * @param what names it in the log
 */
export async function attempt<T>(log: Logger, what: object, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    log.warn({ err: error, ...what }, 'not done yet');
    return undefined;
  }
}
