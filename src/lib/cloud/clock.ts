import { pause } from '@octavia/server/send';

/** Time, as uploads see it. */
export interface CloudClock {
  /** Milliseconds since 1970. */
  date(): number;
  /** Seconds that only ever go forward. */
  now(): number;
  /** Waits for some milliseconds. Errors: the signal's reason. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Waits for some milliseconds, or until the browser is online again. Errors: the signal's reason. */
  backOnline(ms: number, signal: AbortSignal): Promise<void>;
}

export const browserClock: CloudClock = {
  date: () => Date.now(),
  now: () => performance.now() / 1000,
  pause,
  async backOnline(ms, signal) {
    const back = new AbortController();
    const online = () => back.abort();
    addEventListener('online', online, { once: true });
    try {
      await pause(ms, AbortSignal.any([signal, back.signal])).catch(() => undefined);
    } finally {
      removeEventListener('online', online);
    }
    signal.throwIfAborted();
  },
};
