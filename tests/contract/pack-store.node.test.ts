import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createFolderPackStore } from '../../gpu-worker/packs/store.ts';
import { packStoreSuite } from './pack-store.suite.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

packStoreSuite('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-packs-'));
  folders.push(folder);
  return [createFolderPackStore(folder), createFolderPackStore(folder)];
});
