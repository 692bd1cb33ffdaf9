import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { modelFilePath, pinnedFile } from '@octavia/pipeline/catalogue';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { modelsSuite } from './models.suite.ts';
import { starter } from './starter.ts';

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
