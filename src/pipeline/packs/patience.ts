import { throwIfAborted } from '../errors.ts';
import type { PullPlatform } from './platform.ts';

/** How long a pull puts up with a bad connection or host. */
export interface Patience {
  /** Failures in a row without a single new byte, after which the host counts as gone. */
  readonly failures: number;
  /** Wait before the second attempt; doubled for each one after it. */
  readonly backoffSeconds: number;
  /** The longest wait, also when the host asks for more. */
  readonly longestSeconds: number;
  /** A connection without a byte for this long counts as broken. */
  readonly stallSeconds: number;
  /** There is no other source left to ask. */
  readonly lastResort: boolean;
}

/** Half a minute in total: 0.5 + 1 + 2 + 4 + 8 + 16 s. */
export const PATIENCE: Patience = {
  failures: 7,
  backoffSeconds: 0.5,
  longestSeconds: 60,
  stallSeconds: 30,
  lastResort: true,
};

/** For a source that is not the last: one that does not respond for this long is left for the next. */
export function hurried(patience: Patience): Patience {
  const { failures, stallSeconds } = patience;
  return {
    ...patience,
    failures: Math.min(failures, 3),
    stallSeconds: Math.min(stallSeconds, 10),
    lastResort: false,
  };
}

/** A problem that may pass, so the request is retried. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  /** Requested by the host (Retry-After). */
  readonly waitSeconds: number | undefined;

  constructor(message: string, waitSeconds?: number, options?: { cause?: unknown }) {
    super(message, options);
    this.waitSeconds = waitSeconds;
  }
}

/**
 * Waits before the next attempt, exponentially longer and randomly shortened by up to half, so that callers that failed
 * together do not retry together.
 * @param failures in a row, 1 or more
 */
export async function backOff(
  platform: Pick<PullPlatform, 'sleep'>,
  patience: Patience,
  failures: number,
  asked: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const seconds = asked ?? patience.backoffSeconds * 2 ** (failures - 1) * (0.5 + Math.random() / 2);
  await platform.sleep(Math.min(seconds, patience.longestSeconds), signal);
  throwIfAborted(signal);
}

/**
 * Runs `work` with a signal that is also aborted when `work` has not called `alive` for `seconds`.
 * Throws Trouble then.
 */
export async function unlessStalled<T>(
  platform: Pick<PullPlatform, 'now' | 'sleep'>,
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal, alive: () => void) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const line = new AbortController();
  const stop = () => line.abort();
  signal.addEventListener('abort', stop, { once: true });
  let last = platform.now();
  let stalled = false;
  const watching = (async () => {
    while (!line.signal.aborted) {
      await platform.sleep(seconds / 4, line.signal);
      stalled = !line.signal.aborted && platform.now() - last > seconds;
      if (stalled) line.abort();
    }
  })();
  try {
    return await work(line.signal, () => (last = platform.now()));
  } catch (thrown) {
    if (stalled) throw new Trouble(`nothing arrived for ${seconds} s`, undefined, { cause: thrown });
    throw thrown;
  } finally {
    signal.removeEventListener('abort', stop);
    line.abort();
    await watching;
  }
}
