import { wrap, type Remote } from 'comlink';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Reply } from '../host/protocol.ts';
import { unpack } from '../host/reply.ts';
import script from './packs.worker.ts?worker&url';
import type { PacksWorker } from './protocol.ts';

interface Start {
  /** Address of the host it may connect to; without one it can connect to nothing but this site. */
  readonly hub?: string;
  /** Ends the worker at once, whatever it is at; what was fetched stays. */
  readonly signal?: AbortSignal;
}

/**
 * Starts the packs' worker for one piece of work and ends it afterwards.
 * @throws OctaviaError what the worker refused with; `job.cancelled` once aborted
 */
export async function inPacksWorker<T>(
  work: (worker: Remote<PacksWorker>) => Promise<Reply<T>>,
  { hub, signal }: Start = {},
): Promise<T> {
  if (signal?.aborted) throw new OctaviaError('job.cancelled');
  const address = new URL(script, globalThis.location.href);
  // The server answers with a policy that names this host and no other (server/site/headers.ts).
  if (hub !== undefined) address.searchParams.set('hub', new URL(hub).origin);
  const worker = new Worker(address, { type: 'module' });
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new OctaviaError('job.cancelled'));
  const broken = (event: ErrorEvent): void =>
    reject(
      new OctaviaError('internal', event.message || 'The part that fetches models could not be loaded.'),
    );
  worker.addEventListener('error', broken);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return unpack(await Promise.race([work(wrap<PacksWorker>(worker)), lost]));
  } finally {
    signal?.removeEventListener('abort', stop);
    worker.terminate();
  }
}
