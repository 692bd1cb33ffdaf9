import { throwIfAborted } from '../errors.ts';

/** Enough to fill a line where each connection is limited, few enough for the host. */
const PARALLEL = 3;

/** Runs a few at a time; the first error stops the others. */
export async function sideBySide<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const all = new AbortController();
  const stop = () => all.abort();
  signal.addEventListener('abort', stop, { once: true });
  const results: R[] = [];
  const errors: unknown[] = [];
  const queue = [...items];
  const runner = async () => {
    for (let item = queue.shift(); item !== undefined && !all.signal.aborted; item = queue.shift()) {
      try {
        results.push(await work(item, all.signal));
      } catch (thrown) {
        errors.push(thrown);
        all.abort();
      }
    }
  };
  try {
    throwIfAborted(signal);
    await Promise.all(Array.from({ length: PARALLEL }, runner));
  } finally {
    signal.removeEventListener('abort', stop);
  }
  throwIfAborted(signal);
  if (errors.length > 0) throw errors[0];
  return results;
}
