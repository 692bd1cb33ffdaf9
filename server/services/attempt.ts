import type { Logger } from 'pino';

/**
 * Runs one of several tasks that must not block each other: a failure is logged, and the next round tries again.
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
