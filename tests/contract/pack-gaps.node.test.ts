import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Catalogue, ModelEntry, OctaviaError } from '@octavia/pipeline';
import { chooseModel } from '@octavia/pipeline/choose';
import { basicFor } from '@octavia/pipeline/packs/basic';
import { importFolder, type FolderFile } from '@octavia/pipeline/packs/folder';
import { packPlaces } from '../../gpu-worker/packs/places.ts';
import { nodePullPlatform } from '../../gpu-worker/packs/platform.ts';
import { content, hubModel, sha256 } from '../support/models/packs.ts';

const never = new AbortController().signal;
let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'octavia-gaps-'))));
afterEach(() => rmSync(root, { recursive: true }));

const bytes = content('a', 5000);
const pinned = (path: string) => ({ path, bytes: bytes.length, sha256: sha256(bytes) });
const ears = hubModel('ears', {}, { files: [pinned('a.bin')] });
const voice = hubModel('voice', {}, { stage: 'synthesise', runtime: 'kokoro', files: [pinned('b.bin')] });
const floor = { ...voice, id: 'floor' };
delete floor.hub;
const catalogue: Catalogue = {
  schema: 'octavia.catalogue/1',
  packs: [
    { id: 'starter', title: '', description: '', models: ['floor'] },
    { id: 'basic', title: '', description: '', models: ['ears', 'voice'] },
    { id: 'standard', title: '', description: '', models: ['ears', 'voice'] },
  ],
  models: [floor, ears, voice],
};
const hostWith = (...ids: string[]) => ({
  catalogue,
  models: {
    installed: ({ id }: ModelEntry) => Promise.resolve(ids.includes(id)),
    read: () => Promise.reject(new Error('not read here')),
  },
});

it('a pack that is here in part does not refuse what would be possible without its name', async () => {
  expect((await chooseModel(hostWith('ears', 'floor'), 'standard', 'synthesise'))?.id).toBe('floor');
  const nothing = chooseModel(hostWith('floor'), 'standard', 'synthesise');
  await expect(nothing).rejects.toMatchObject({ code: 'model.missing' });
});

it('what is fetched by itself is what betters the job, and nothing for one that names another pack', async () => {
  const job = { pack: 'auto', source: 'auto', target: 'es' } as const;
  const ids = async (host: ReturnType<typeof hostWith>, change = {}) =>
    (await basicFor(host, { ...job, ...change })).map(({ id }) => id);
  expect(await ids(hostWith('floor'))).toEqual(['ears', 'voice']);
  expect(await ids(hostWith('floor'), { subtitles: {} })).toEqual(['voice']);
  expect(await ids(hostWith('floor', 'ears', 'voice'))).toEqual([]);
  for (const pack of ['starter', 'standard']) expect(await ids(hostWith('floor'), { pack })).toEqual([]);
});

it('an import goes on after a file that differs, and names sizes that are far from the known ones', async () => {
  const rough = hubModel('rough', {}, { files: [{ path: 'r.bin', bytes: 9000, approximate: true }] });
  const pointer = hubModel('pointer', {}, { files: [{ path: 'p.bin', bytes: 9000, approximate: true }] });
  const platform = nodePullPlatform(
    packPlaces({ OCTAVIA_MODEL_STORE: join(root, 'store'), OCTAVIA_MODEL_LOCK: join(root, 'lock.json') }),
  );
  const lfs = new TextEncoder().encode(
    'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9000\n',
  );
  const files: Record<string, Uint8Array> = {
    'test/ears/a.bin': content('other', 5000),
    'test/voice/b.bin': bytes,
    'test/rough/r.bin': bytes,
    'test/pointer/p.bin': lfs,
  };
  const take = (models: readonly ModelEntry[]) =>
    importFolder(
      models,
      (path) => Promise.resolve(folderFile(files[path])),
      platform,
      never,
      () => undefined,
    );
  const refused = await take([ears, pointer, voice]).catch((error: unknown) => (error as OctaviaError).code);
  expect(refused).toBe('model.changed');
  expect(await platform.store.list()).toEqual([{ bytes: bytes.length, sha256: sha256(bytes) }]);
  await expect(take([pointer])).rejects.toMatchObject({ code: 'model.damaged' });
  expect((await take([rough])).odd).toEqual([{ model: 'rough', path: 'r.bin', bytes: 5000, expected: 9000 }]);
});

function folderFile(content: Uint8Array | undefined): FolderFile | undefined {
  if (content === undefined) return undefined;
  return {
    bytes: content.length,
    async *read() {
      await Promise.resolve();
      yield content;
    },
  };
}
