import { expose, proxy } from 'comlink';
import type { Unfinished } from '@octavia/pipeline/packs/platform';
import { reply } from '../../../src/lib/host/reply.ts';
import { createOpfsPackStore } from '../../../src/lib/packs/store.ts';

/** The browser's store in a worker of its own, as a tab has it; see remote-pack-store.ts. */
const store = createOpfsPackStore();
const never = new AbortController().signal;
const opened = new Map<string, RemoteFile>();
const waiting = new Map<string, AbortController>();

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}

const remote = {
  list: () => reply(() => store.list()),
  size: (sha256: string) => reply(() => store.size(sha256)),
  read: (sha256: string) => reply(() => all(store.read(sha256, never))),
  delete: (sha256: string) => reply(() => store.delete(sha256)),
  freeBytes: () => reply(() => store.freeBytes()),
  unfinishedBytes: (name: string) => reply(() => store.unfinishedBytes(name)),
  discard: (name: string) => reply(() => store.discard(name)),
  /** @param call names it, so that it can be aborted */
  open: (name: string, call: string, onWait: () => void) =>
    reply(async () => {
      const stop = new AbortController();
      waiting.set(call, stop);
      opened.set(call, remoteFile(await store.open(name, stop.signal, onWait)));
    }),
  /** What a call has opened. */
  file(call: string) {
    const file = opened.get(call);
    if (file === undefined) throw new Error(`${call} opened nothing`);
    return proxy(file);
  },
  abort: (call: string) => waiting.get(call)?.abort(),
};

function remoteFile(file: Unfinished) {
  const state = () => ({ bytes: file.bytes, etag: file.etag });
  return {
    state,
    restart: (etag: string | undefined) => reply(() => file.restart(etag).then(state)),
    append: (chunk: Uint8Array) => reply(() => file.append(chunk).then(state)),
    read: () => reply(() => all(file.read(never))),
    commit: (sha256: string) => reply(() => file.commit(sha256)),
    close: () => reply(() => file.close()),
  };
}

export type RemoteStore = typeof remote;
export type RemoteFile = ReturnType<typeof remoteFile>;

expose(remote);
