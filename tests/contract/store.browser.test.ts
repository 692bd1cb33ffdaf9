import { createOpfsStore } from '../../src/lib/host/store.ts';
import { expect, it } from 'vitest';
import { storeSuite } from './store.suite.ts';

let places = 0;

storeSuite('origin private file system', () => {
  const place = `test-${Date.now()}-${places++}`;
  return Promise.resolve({
    store: createOpfsStore(place),
    reopen: () => Promise.resolve(createOpfsStore(place)),
    dispose: async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('octavia', { create: true });
      // A store that refused everything has made no folder.
      await folder.getDirectoryHandle(place, { create: true });
      await folder.removeEntry(place, { recursive: true });
    },
  });
});

it('says when a value cannot be written', async () => {
  const place = `test-${Date.now()}-folder`;
  const store = createOpfsStore(place);
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('octavia', { create: true });
  const inner = await folder.getDirectoryHandle(place, { create: true });
  await inner.getFileHandle('job', { create: true });
  await expect(store.put('job/s1', Uint8Array.of(1))).rejects.toMatchObject({ code: 'storage.failed' });
  expect(await store.list('')).toEqual([]);
  await folder.removeEntry(place, { recursive: true });
});
