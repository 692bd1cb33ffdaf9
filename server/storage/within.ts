/** Milliseconds for a call of at most a few kilobytes. */
const CALL_MS = 30_000;
/** A body slower than this, in bytes per second, counts as stuck; one of unknown length gets a day. */
const SLOWEST = 128 * 1024;
const DAY_MS = 24 * 3600 * 1000;

/**
 * Limits the time until a request's response begins; the response's body may take as long as it keeps moving.
 * @param ask makes the request with the signal given
 * @param bytes that the request carries; undefined when that is not known
 * @param callMs milliseconds beyond what the bytes take
 */
export async function within(
  ask: (signal: AbortSignal) => Promise<Response>,
  bytes: number | undefined = 0,
  callMs = CALL_MS,
): Promise<Response> {
  const late = new AbortController();
  const ms = bytes === undefined ? DAY_MS : callMs + (bytes / SLOWEST) * 1000;
  const timer = setTimeout(() => late.abort(new Error('The storage did not answer in time.')), ms);
  try {
    return await ask(late.signal);
  } finally {
    clearTimeout(timer);
  }
}
