import { proxy, wrap, type Remote } from 'comlink';
import type { Imported } from '@octavia/pipeline/packs/folder';
import type { Reply } from '../host/protocol.ts';
import { inOwnWorker } from '../host/one-task.ts';
import script from './packs.worker.ts?worker&url';
import type { FolderFile, PacksWorker, PullNews } from './protocol.ts';

/** The page's side of the packs' worker. Each call starts one and ends it. Errors: those of the worker. */
export interface PacksBridge {
  /**
   * Fetches models. An abort ends it at once with `job.cancelled`; what has been fetched is kept.
   * @param hub address of the host to fetch from
   */
  pull(
    models: readonly string[],
    hub: string,
    onNews: (news: PullNews) => void,
    signal: AbortSignal,
  ): Promise<void>;
  importFiles(files: readonly FolderFile[]): Promise<Imported>;
  /** @returns ids of the models that had a damaged file, now deleted */
  check(models: readonly string[]): Promise<readonly string[]>;
  /** Deletes the files of models, except those shared with another installed model. @returns bytes freed */
  remove(models: readonly string[]): Promise<number>;
}

export const workerBridge: PacksBridge = {
  pull: (models, hub, onNews, signal) =>
    inOwnWorker(
      () => startWorker(hub),
      (worker) => wrap<PacksWorker>(worker).pull([...models], hub, proxy(onNews)),
      signal,
    ),
  importFiles: (files) => offline((worker) => worker.importFiles([...files])),
  check: (models) => offline((worker) => worker.check([...models])),
  remove: (models) => offline((worker) => worker.remove([...models])),
};

function offline<T>(work: (worker: Remote<PacksWorker>) => Promise<Reply<T>>): Promise<T> {
  return inOwnWorker(
    () => startWorker(),
    (worker) => work(wrap<PacksWorker>(worker)),
  );
}

/** @param hub address of the host it may connect to; without one it can connect only to this site */
function startWorker(hub?: string): Worker {
  const address = new URL(script, globalThis.location.href);
  // The server answers with a policy that names only this host (server/site/headers.ts).
  if (hub !== undefined) address.searchParams.set('hub', new URL(hub).origin);
  return new Worker(address, { type: 'module' });
}
