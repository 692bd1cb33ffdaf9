import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createFolderPackStore } from '../../gpu-worker/packs/store.ts';
import { packStoreSuite } from './pack-store.suite.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

packStoreSuite('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-packs-'));
  folders.push(folder);
  return [createFolderPackStore(folder), createFolderPackStore(folder)];
});

it('lets go of a half-fetched file that it cannot throw away', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-packs-'));
  folders.push(folder);
  // A folder in its place cannot be removed as a file.
  await mkdir(join(folder, 'unfinished', 'ab'), { recursive: true });
  const store = createFolderPackStore(folder);
  await expect(store.discard('ab')).rejects.toMatchObject({ code: 'storage.failed' });
  expect(await readdir(join(folder, 'unfinished'))).toEqual(['ab']);
});
