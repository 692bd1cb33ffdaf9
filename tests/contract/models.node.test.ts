import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockKey } from '@octavia/pipeline/lock';
import { modelFilePath, pinnedFile } from '@octavia/pipeline/catalogue';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { createLockFile } from '../../gpu-worker/packs/lock-file.ts';
import { packPlaces } from '../../gpu-worker/packs/places.ts';
import { content, hubModel, sha256 } from '../support/models/packs.ts';
import { modelsSuite } from './models.suite.ts';
import { starter } from '../support/models/starter.ts';

const folder = new URL('../../static/models', import.meta.url).pathname;

modelsSuite('a folder', () => createModelFiles(folder));

it('notices a file that changed after it was checked', async () => {
  const place = await mkdtemp(join(tmpdir(), 'octavia-models-'));
  try {
    const sonic = starter('sonic');
    const file = pinnedFile(sonic, 'sonic.wasm');
    const path = join(place, modelFilePath(sonic, file));
    await mkdir(dirname(path), { recursive: true });
    const bytes = await readFile(join(folder, modelFilePath(sonic, file)));
    await writeFile(path, bytes);
    const models = createModelFiles(place);
    const never = new AbortController().signal;
    await models.read(sonic, 'sonic.wasm', never);
    bytes.fill(0, 100, 200);
    await writeFile(path, bytes);
    await expect(models.read(sonic, 'sonic.wasm', never)).rejects.toMatchObject({ code: 'model.damaged' });
  } finally {
    await rm(place, { recursive: true });
  }
});

describe("the user's own folder", () => {
  const never = new AbortController().signal;
  const bytes = content('config', 300);
  const model = hubModel('asr', { 'config.json': bytes });

  async function inFolder(test: (places: ReturnType<typeof packPlaces>, path: string) => Promise<void>) {
    const root = await mkdtemp(join(tmpdir(), 'octavia-own-'));
    const places = packPlaces({
      OCTAVIA_MODEL_STORE: join(root, 'store'),
      OCTAVIA_MODEL_LOCK: join(root, 'lock.json'),
      OCTAVIA_MODELS_DIR: join(root, 'own'),
    });
    const path = join(root, 'own', 'test', 'asr', 'config.json');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    await test(places, path).finally(() => rm(root, { recursive: true }));
  }

  it('is read as it is and never recorded', () =>
    inFolder(async (places) => {
      expect(await createModelFiles(folder, places).read(model, 'config.json', never)).toEqual(bytes);
      expect(existsSync(places.lock)).toBe(false);
    }));

  it('is held to what a pull has recorded, and named where it differs', () =>
    inFolder(async (places, path) => {
      if (model.hub === undefined) throw new Error('no hub');
      const other = content('other', 300);
      const pin = { bytes: 300, sha256: sha256(other) };
      await createLockFile(places.lock).pin({ [lockKey(model.hub, 'config.json')]: pin });
      const models = createModelFiles(folder, places);
      await expect(models.read(model, 'config.json', never)).rejects.toMatchObject({
        code: 'model.damaged',
        detail: `Test asr: ${path} is not the recorded file. It is in your own folder (OCTAVIA_MODELS_DIR): replace it there, or run "octavia models pull asr" to fetch one that is used instead.`,
      });
      await writeFile(path, other);
      expect(await createModelFiles(folder, places).read(model, 'config.json', never)).toEqual(other);
    }));
});
