import { setTimeout as sleep } from 'node:timers/promises';
import { compact } from '@octavia/pipeline/compact';
import type { DubEvent } from '@octavia/pipeline';
import type { Heartbeat } from '@octavia/server/jobs/worker-shapes';
import type { WorkerApi } from './api.ts';
import { isLost, type HeldJob } from './calls.ts';

/** Milliseconds. */
export interface HeartbeatTimes {
  readonly heartbeat: number;
  /** How long news waits for more: the owner sees it within a second, and the API is not flooded. */
  readonly gather: number;
}

/** Four heartbeats per lease (one every 15 s for 60 s): three may be lost. */
export function heartbeatTimesFor(leaseSeconds: number): HeartbeatTimes {
  return { heartbeat: leaseSeconds * 250, gather: 600 };
}

const MOST_EVENTS = 500;

/** Remaining news is sent even when the job is stopped. */
const UNSTOPPED = new AbortController().signal;

/** Keeps a worker's hold on its job: reports what happens, and from time to time that nothing has. */
export interface JobHeartbeat {
  tell(event: DubEvent): void;
  /** Sends the remaining news and stops. */
  stop(): Promise<void>;
}

export interface HeartbeatListeners {
  /** The job is no longer this worker's, so further work is pointless. */
  readonly lost: () => void;
  /** Called with each heartbeat, to keep the task in the queue as well. */
  readonly keep: () => Promise<void>;
}

export function startHeartbeat(
  api: WorkerApi,
  job: HeldJob,
  { lost, keep }: HeartbeatListeners,
  times: HeartbeatTimes,
): JobHeartbeat {
  const ended = new AbortController();
  let news = new AbortController();
  const events: DubEvent[] = [];
  let progress: Heartbeat['progress'];
  let stage = 'demux';

  const beat = async (): Promise<void> => {
    const told: Heartbeat = {
      events: events.splice(0, MOST_EVENTS).map((event) => ({ ...event })),
      ...compact({ progress }),
    };
    progress = undefined;
    news = new AbortController();
    if (events.length > 0) news.abort();
    try {
      await Promise.all([api.heartbeat(job, told, UNSTOPPED), keep().catch(() => undefined)]);
    } catch (error) {
      // Other failures may pass; if not, the lease runs out and the next heartbeat is refused.
      if (isLost(error)) {
        ended.abort();
        lost();
      }
    }
  };

  const beating = (async () => {
    while (!ended.signal.aborted) {
      await nap(times.heartbeat, [news.signal, ended.signal]);
      await nap(times.gather, [ended.signal]);
      await beat();
    }
  })();

  return {
    tell(event) {
      if (event.type === 'progress') {
        progress = { stage, fraction: event.fraction, secondsLeft: event.secondsLeft ?? null };
      } else {
        if (event.type === 'stage') stage = event.stage;
        // A stage's progress matters only until its next report.
        if (isStep(event) && isStep(events.at(-1))) events.pop();
        events.push(event);
      }
      news.abort();
    },
    async stop() {
      ended.abort();
      await beating;
    },
  };
}

const isStep = (event: DubEvent | undefined) => event?.type === 'stage' && event.state === 'running';

/** Sleeps until the time is over or one of the signals is aborted. */
async function nap(ms: number, signals: AbortSignal[]): Promise<void> {
  await sleep(ms, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined);
}
