import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFolderStore } from '../../gpu-worker/adapters/store.ts';
import { storeSuite } from './store.suite.ts';
import { createMemoryStore } from '../../src/lib/embed/memory-store.ts';

async function folderStore() {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-store-'));
  const inner = join(folder, 'made', 'when-needed');
  return {
    folder: inner,
    store: createFolderStore(inner),
    reopen: () => Promise.resolve(createFolderStore(inner)),
    dispose: () => rm(folder, { recursive: true }),
  };
}

storeSuite('memory', () => {
  const store = createMemoryStore();
  return Promise.resolve({ store, reopen: () => Promise.resolve(store), dispose: () => Promise.resolve() });
});

storeSuite('folder', folderStore);

it('does not show what a crash left half-written, and deletes it with its key', async () => {
  const { folder, store, dispose } = await folderStore();
  await store.put('job/s1', Uint8Array.of(1));
  await writeFile(join(folder, 'job', 's2~6f3c'), 'half');
  expect(await store.list('')).toEqual(['job/s1']);
  expect(await store.get('job/s2')).toBeUndefined();
  await store.delete('job/');
  expect(await readdir(folder)).toEqual([]);
  await dispose();
});

it('says when a value cannot be written', async () => {
  const { folder, store, dispose } = await folderStore();
  await store.put('a', Uint8Array.of(1));
  await writeFile(join(folder, 'job'), 'a file where a folder is needed');
  await expect(store.put('job/s1', Uint8Array.of(1))).rejects.toMatchObject({ code: 'storage.failed' });
  await dispose();
});

it('says that the disk is full, keeps the old value and leaves nothing half-written', async ({ skip }) => {
  const { folder, dispose } = await folderStore();
  await mkdir(folder, { recursive: true });
  // A disk of 64 KiB, in a mount namespace of its own.
  const script = `
    import { createFolderStore } from './gpu-worker/adapters/store.ts';
    import { readdirSync } from 'node:fs';
    const store = createFolderStore(process.env.FOLDER);
    await store.put('k', Uint8Array.of(1));
    const code = await store.put('k', new Uint8Array(1e6)).then(() => 'put', (error) => error.code);
    console.log(JSON.stringify([code, [...(await store.get('k'))], readdirSync(process.env.FOLDER)]));`;
  const mount = 'mount -t tmpfs -o size=64k none "$FOLDER" || exit 77';
  const run = spawnSync(
    'unshare',
    ['-rm', 'sh', '-c', `${mount}; exec node --input-type=module-typescript -e "$SCRIPT"`],
    { env: { ...process.env, FOLDER: folder, SCRIPT: script }, encoding: 'utf8' },
  );
  await dispose();
  if (run.error !== undefined || run.status === 77 || /unshare/.test(run.stderr)) {
    skip('this machine cannot mount a small disk');
  }
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual(['storage.full', [1], ['k~']]);
});
