import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelEntry } from '@octavia/pipeline';
import { resolve } from '@octavia/pipeline/lock';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { createLockFile, readLock } from '../../gpu-worker/packs/lock-file.ts';
import { packPlaces, type PackPlaces } from '../../gpu-worker/packs/places.ts';
import { content, hubModel, sha256 } from '../support/models/packs.ts';

const never = new AbortController().signal;
const COMMIT = '89abcdef0123456789abcdef0123456789abcdef';
const bytes = content('weights', 5000);
const model: ModelEntry = hubModel(
  'asr',
  { 'model.onnx': bytes },
  { hub: { repo: 'test/asr', revision: 'main' } },
);

/** A lock file as 0.1.0 wrote it, to the letter. */
const LOCK = `{
  "schema": "octavia.lock/1",
  "files": {
    "test/asr@main/model.onnx": {
      "bytes": ${bytes.length},
      "sha256": "${sha256(bytes)}",
      "commit": "${COMMIT}"
    }
  }
}
`;

let root: string;
let places: PackPlaces;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'octavia-kept-'));
  places = packPlaces({
    OCTAVIA_MODEL_STORE: join(root, 'store'),
    OCTAVIA_MODEL_LOCK: join(root, 'lock.json'),
  });
  writeFileSync(places.lock, LOCK);
  mkdirSync(join(places.store, 'files'), { recursive: true });
  writeFileSync(join(places.store, 'files', sha256(bytes)), bytes);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('what a machine fetched with 0.1.0', () => {
  it('is installed and read, with the hashes of its lock file', async () => {
    const models = createModelFiles(root, places);
    const { models: known } = resolve(
      { schema: 'octavia.catalogue/1', packs: [], models: [model] },
      await readLock(places.lock),
    );
    const [resolved = model] = known;
    expect(resolved).toMatchObject({
      hub: { commit: COMMIT },
      files: [{ path: 'model.onnx', bytes: bytes.length, sha256: sha256(bytes) }],
    });
    expect(await models.installed(resolved)).toBe(true);
    expect(await models.read(resolved, 'model.onnx', never)).toEqual(bytes);
  });

  it('stays recorded when something else is', async () => {
    await createLockFile(places.lock).pin({ 'test/new@main/a.bin': { bytes: 1, sha256: sha256(bytes) } });
    const { files } = await readLock(places.lock);
    expect(Object.keys(files).sort()).toEqual(['test/asr@main/model.onnx', 'test/new@main/a.bin']);
    expect(readFileSync(places.lock, 'utf8')).toContain(COMMIT);
  });

  it('is refused with a way out where its lock file is damaged', async () => {
    writeFileSync(places.lock, LOCK.slice(0, 40));
    await expect(readLock(places.lock)).rejects.toMatchObject({
      code: 'model.damaged',
      detail: `${places.lock} is not a lock file; restore it, or delete it to start over.`,
    });
  });
});
