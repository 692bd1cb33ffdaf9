import type { TaskQueue } from './queue.ts';
import { TASKS_TOPIC, type Signals } from './signals.ts';

const POLL_MS = 1_000;

/**
 * The job table itself as the queue, checked when woken and once a second.
 * @param oldest finds the claimable job that has waited longest
 */
export function databaseQueue(oldest: () => Promise<string | undefined>, signals: Signals): TaskQueue {
  return {
    kind: 'database',
    // Not awaited: the relay calls this within a transaction, and PGlite has one connection for all, so the
    // wake can only follow the commit.
    publish: () => {
      void signals.wake(TASKS_TOPIC);
      return Promise.resolve();
    },
    async next(waitMs, signal) {
      const until = Date.now() + waitMs;
      while (!signal.aborted) {
        let wake: () => void = () => undefined;
        const woken = new Promise<void>((resolve) => (wake = resolve));
        const stop = signals.on(TASKS_TOPIC, wake);
        signal.addEventListener('abort', wake, { once: true });
        const timer = setTimeout(wake, Math.max(0, Math.min(POLL_MS, until - Date.now())));
        try {
          // Listen before looking, so that nothing is missed between the two.
          const jobId = await oldest();
          if (jobId !== undefined) {
            return { jobId, keep: () => Promise.resolve(), done: () => Promise.resolve() };
          }
          if (Date.now() >= until) return undefined;
          await woken;
        } finally {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          stop();
        }
      }
      return undefined;
    },
    close: () => Promise.resolve(),
  };
}
