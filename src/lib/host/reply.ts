import { OctaviaError, toOctaviaError } from '@octavia/pipeline/errors';
import type { Reply } from './protocol.ts';

/** Runs a worker's task and packs its outcome, so that an error keeps its code between threads. */
export async function reply<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Reply<T>> {
  const stop = new AbortController();
  try {
    return { ok: true, value: await work(stop.signal) };
  } catch (thrown) {
    return { ok: false, error: toOctaviaError(thrown).toJSON() };
  } finally {
    stop.abort();
  }
}

/** The value of a reply. @throws OctaviaError with the worker's code */
export function unpack<T>(replied: Reply<T>): T {
  if (replied.ok) return replied.value;
  throw new OctaviaError(replied.error.code, replied.error.detail);
}
