import { proxy, wrap, type Remote } from 'comlink';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Imported } from '@octavia/pipeline/packs/folder';
import type { Reply } from '../host/protocol.ts';
import { unpack } from '../host/reply.ts';
import script from './packs.worker.ts?worker&url';
import type { FolderFile, PacksWorker, PullNews } from './protocol.ts';

/** The page's side of the packs' worker. Each call starts one and ends it. Errors: those of the worker. */
export interface PacksBridge {
  /**
   * Fetches models. What has been fetched stays when it is aborted, which ends it at once with `job.cancelled`.
   * @param hub address of the host to fetch from
   */
  pull(
    models: readonly string[],
    hub: string,
    onNews: (news: PullNews) => void,
    signal: AbortSignal,
  ): Promise<void>;
  importFiles(files: readonly FolderFile[]): Promise<Imported>;
  /** @returns ids of the models that had a damaged file, which is gone now */
  check(models: readonly string[]): Promise<readonly string[]>;
  /** Deletes the files of models, as far as no other model that is here shares them. @returns bytes made free */
  remove(models: readonly string[]): Promise<number>;
}

export const workerBridge: PacksBridge = {
  pull: (models, hub, onNews, signal) =>
    inPacksWorker((worker) => worker.pull([...models], hub, proxy(onNews)), { hub, signal }),
  importFiles: (files) => inPacksWorker((worker) => worker.importFiles([...files])),
  check: (models) => inPacksWorker((worker) => worker.check([...models])),
  remove: (models) => inPacksWorker((worker) => worker.remove([...models])),
};

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
async function inPacksWorker<T>(
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
      new OctaviaError('internal', event.message || 'The code that downloads models could not be loaded.'),
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
