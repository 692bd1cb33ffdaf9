import { proxy, wrap, type Remote } from 'comlink';
import type { PackStore, Unfinished } from '@octavia/pipeline/packs/platform';
import { unpack } from '../../../src/lib/host/reply.ts';
import type { RemoteFile, RemoteStore } from './pack-store.worker.ts';

/** A store that works in a worker, as each tab's does: only there the browser has synchronous file handles. */
export function remotePackStore(): { store: PackStore; worker: Worker } {
  const worker = new Worker(new URL('./pack-store.worker.ts', import.meta.url), { type: 'module' });
  const remote = wrap<RemoteStore>(worker);
  let calls = 0;
  const store: PackStore = {
    list: async () => unpack(await remote.list()),
    size: async (sha256) => unpack(await remote.size(sha256)),
    async *read(sha256) {
      yield* unpack(await remote.read(sha256));
    },
    delete: async (sha256) => unpack(await remote.delete(sha256)),
    freeBytes: async () => unpack(await remote.freeBytes()),
    unfinishedBytes: async (name) => unpack(await remote.unfinishedBytes(name)),
    discard: async (name) => unpack(await remote.discard(name)),
    async open(name, signal, onWait = () => undefined) {
      const call = `${calls++}`;
      signal.addEventListener('abort', () => void remote.abort(call));
      unpack(await remote.open(name, call, proxy(onWait)));
      const file = (await remote.file(call)) as unknown as Remote<RemoteFile>;
      return unfinished(file, await file.state());
    },
  };
  return { store, worker };
}

function unfinished(
  file: Remote<RemoteFile>,
  first: { bytes: number; etag: string | undefined },
): Unfinished {
  let state = first;
  return {
    get bytes() {
      return state.bytes;
    },
    get etag() {
      return state.etag;
    },
    restart: async (etag) => void (state = unpack(await file.restart(etag))),
    append: async (chunk) => void (state = unpack(await file.append(chunk))),
    async *read() {
      yield* unpack(await file.read());
    },
    commit: async (sha256) => unpack(await file.commit(sha256)),
    close: async () => unpack(await file.close()),
  };
}
