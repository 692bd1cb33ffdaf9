import type { TaskQueue } from '@octavia/server/queue/queue';
import { Refusal } from '@octavia/server/send';
import type { Claim } from '@octavia/server/jobs/worker-shapes';
import type { WorkerApi } from './api.ts';

/** A job that this worker holds, and its task in the queue. */
export interface Claimed {
  readonly claim: Claim;
  keep(): Promise<void>;
  done(): Promise<void>;
}

/** Where jobs come from; gives undefined when none came for a while. */
export type JobSource = (signal: AbortSignal) => Promise<Claimed | undefined>;

const WAIT_SECONDS = 20;

/** Jobs from the API, which holds the request until there is one. */
export function apiSource(api: WorkerApi): JobSource {
  return async (signal) => {
    const claim = await api.claimNext(WAIT_SECONDS, signal);
    return claim && { claim, keep: () => Promise.resolve(), done: () => Promise.resolve() };
  };
}

/** Jobs announced in the queue; the API says whether they can still be claimed. */
export function queueSource(api: WorkerApi, queue: TaskQueue): JobSource {
  const direct = apiSource(api);
  return async (signal) => {
    // Without Redis, the API itself knows which jobs are waiting.
    const task = await queue.next(WAIT_SECONDS * 1000, signal).catch(() => 'down' as const);
    if (task === 'down') return direct(signal);
    if (!task) return undefined;
    try {
      const claim = await api.claim(task.jobId, signal);
      return { claim, keep: () => task.keep(), done: () => task.done() };
    } catch (error) {
      // Other errors say nothing about the job: its task is delivered again.
      if (!(error instanceof Refusal) || error.code !== 'job.not_claimable') throw error;
      await task.done();
      return undefined;
    }
  };
}
