import { throwIfAborted } from '../errors.ts';
import type { PullPlatform } from './platform.ts';

/** How long a pull bears with a line or a host in trouble. */
export interface Patience {
  /** Failures in a row without a single new byte, after which the host counts as gone. */
  readonly failures: number;
  /** Wait before the second try; doubled for each further one. */
  readonly backoffSeconds: number;
  /** The longest wait, also when the host asks for more. */
  readonly longestSeconds: number;
  /** Without a byte for so long a line counts as broken. */
  readonly stallSeconds: number;
  /** There is no other source to ask. */
  readonly lastResort: boolean;
}

/** Half a minute of trouble in all: 0.5 + 1 + 2 + 4 + 8 + 16 s. */
export const PATIENCE: Patience = {
  failures: 7,
  backoffSeconds: 0.5,
  longestSeconds: 60,
  stallSeconds: 30,
  lastResort: true,
};

/** With a source that is not the last: what does not answer for so long is left for the next. */
export function hurried(patience: Patience): Patience {
  const { failures, stallSeconds } = patience;
  return {
    ...patience,
    failures: Math.min(failures, 3),
    stallSeconds: Math.min(stallSeconds, 10),
    lastResort: false,
  };
}

/** Something that may pass: the same is tried again. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  /** The host's own wish (Retry-After). */
  readonly waitSeconds: number | undefined;

  constructor(message: string, waitSeconds?: number, options?: { cause?: unknown }) {
    super(message, options);
    this.waitSeconds = waitSeconds;
  }
}

/**
 * Waits before the next try, exponentially longer, and between half and all of that time, so that those who
 * failed together do not come back together.
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
