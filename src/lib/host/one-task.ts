import { OctaviaError } from '@octavia/pipeline/errors';
import type { Reply } from './protocol.ts';
import { unpack } from './reply.ts';

/**
 * Starts a worker for one task and ends it afterwards, with the workers it started.
 * @param signal ends it at once
 * @throws OctaviaError what the worker refused with; `job.cancelled` once aborted
 */
export async function inOwnWorker<T>(
  start: () => Worker,
  work: (worker: Worker) => Promise<Reply<T>>,
  signal?: AbortSignal,
): Promise<T> {
  if (signal?.aborted) throw new OctaviaError('job.cancelled');
  const worker = start();
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new OctaviaError('job.cancelled'));
  const broken = ({ message }: ErrorEvent): void =>
    reject(new OctaviaError('internal', message || 'The code for this could not be loaded.'));
  worker.addEventListener('error', broken);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return unpack(await Promise.race([work(worker), lost]));
  } finally {
    signal?.removeEventListener('abort', stop);
    worker.terminate();
  }
}
