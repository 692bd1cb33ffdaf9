import { setTimeout as sleep } from 'node:timers/promises';
import type { DubEvent } from '@octavia/pipeline';
import type { Heartbeat } from '@octavia/server/jobs/worker-shapes';
import type { WorkerApi } from './api.ts';
import { isLost, type HeldJob } from './calls.ts';

/** Milliseconds. */
export interface VoiceTimes {
  readonly heartbeat: number;
  /** News waits this long for more, so that its owner sees it within a second and the API is not flooded. */
  readonly gather: number;
}

/** Four words in the time of a lease (a word every 15 s for one of 60 s): three may be lost. */
export function voiceTimesFor(leaseSeconds: number): VoiceTimes {
  return { heartbeat: leaseSeconds * 250, gather: 600 };
}

const MOST_EVENTS = 500;

/** How a worker keeps its job: it tells what happens, and something from time to time even when nothing does. */
export interface JobVoice {
  tell(event: DubEvent): void;
  /** Tells what is left and falls silent. */
  stop(): Promise<void>;
}

export interface VoiceListeners {
  /** The job is no longer this worker's: whatever it does is for nothing. */
  readonly lost: () => void;
  /** Called with each word, to keep the task in the queue as well. */
  readonly keep: () => Promise<void>;
}

export function startVoice(
  api: WorkerApi,
  job: HeldJob,
  { lost, keep }: VoiceListeners,
  times: VoiceTimes,
): JobVoice {
  const ended = new AbortController();
  const never = new AbortController();
  let news = new AbortController();
  const events: DubEvent[] = [];
  let progress: Heartbeat['progress'];
  let stage = 'demux';

  const speak = async (): Promise<void> => {
    const told: Heartbeat = {
      events: events.splice(0, MOST_EVENTS).map((event) => ({ ...event })),
      ...(progress ? { progress } : {}),
    };
    progress = undefined;
    news = new AbortController();
    if (events.length > 0) news.abort();
    try {
      await Promise.all([api.heartbeat(job, told, never.signal), keep().catch(() => undefined)]);
    } catch (error) {
      // Anything else may pass; if it does not, the lease runs out and the next word is refused.
      if (isLost(error)) {
        ended.abort();
        lost();
      }
    }
  };

  const speaking = (async () => {
    while (!ended.signal.aborted) {
      await nap(times.heartbeat, [news.signal, ended.signal]);
      await nap(times.gather, [ended.signal]);
      await speak();
    }
  })();

  return {
    tell(event) {
      if (event.type === 'progress') {
        progress = { stage, fraction: event.fraction, secondsLeft: event.secondsLeft ?? null };
      } else {
        if (event.type === 'stage') stage = event.stage;
        // How far a stage is matters only until the next such word.
        if (isStep(event) && isStep(events.at(-1))) events.pop();
        events.push(event);
      }
      news.abort();
    },
    async stop() {
      ended.abort();
      await speaking;
    },
  };
}

const isStep = (event: DubEvent | undefined) => event?.type === 'stage' && event.state === 'running';

/** Sleeps until the time is over or one of the signals is aborted. */
async function nap(ms: number, signals: AbortSignal[]): Promise<void> {
  await sleep(ms, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined);
}
