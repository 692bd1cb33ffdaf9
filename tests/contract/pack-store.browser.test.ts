import { afterEach, expect, it } from 'vitest';
import { browserLock } from '../../src/lib/host/lock-keeper.ts';
import { remotePackStore } from '../support/models/remote-pack-store.ts';
import { packStoreSuite } from './pack-store.suite.ts';

const never = new AbortController().signal;
const workers: Worker[] = [];

function openStore() {
  const { store, worker } = remotePackStore();
  workers.push(worker);
  return { store, worker };
}

async function emptyPlace(): Promise<void> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('octavia', { create: true });
  await root.removeEntry('models', { recursive: true }).catch(() => undefined);
}

afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

packStoreSuite('two workers over the origin private file system', async () => {
  await emptyPlace();
  return [openStore().store, openStore().store];
});

it('goes on where a tab was closed in the middle of a file', async () => {
  await emptyPlace();
  const closed = openStore();
  const file = await closed.store.open('dd', never);
  await file.restart('"v1"');
  await file.append(new Uint8Array(3_000_000).fill(7));
  const next = openStore().store.open('dd', never);
  closed.worker.terminate();
  const taken = await next;
  expect([taken.bytes, taken.etag]).toEqual([3_000_000, '"v1"']);
  await taken.close();
});

it('replaces a damaged file by a whole one of the same name', async () => {
  await emptyPlace();
  const { store } = openStore();
  for (const content of ['bad', 'good']) {
    const file = await store.open('ee', never);
    await file.restart(undefined);
    await file.append(new TextEncoder().encode(content));
    await file.commit('beef');
    await file.close();
  }
  expect(await store.list()).toEqual([{ sha256: 'beef', bytes: 4 }]);
});

it('keeps what several tabs learn at once', async () => {
  await emptyPlace();
  const pin = (bytes: number) => ({ bytes, sha256: `${bytes}`.padStart(64, '0') });
  await Promise.all([1, 2, 3, 4].map((i) => browserLock.pin({ [`a/b@r/${i}`]: pin(i) })));
  const { files } = await browserLock.read();
  expect([1, 2, 3, 4].map((i) => files[`a/b@r/${i}`])).toEqual([1, 2, 3, 4].map(pin));
});
