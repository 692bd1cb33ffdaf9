import { afterEach, expect, it } from 'vitest';
import type { ModelEntry } from '@octavia/pipeline/catalogue';
import { createBrowserModels } from '../../src/lib/host/models.ts';
import { browserLock } from '../../src/lib/host/lock-keeper.ts';
import { starter } from '../support/models/starter.ts';

const never = new AbortController().signal;
const CONTENT = new TextEncoder().encode('weights of a model that 0.1.0 fetched');
const HUB = { repo: 'octavia/old', revision: 'main' };

/** Writes a file where 0.1.0 wrote it, below `octavia/models`. */
async function write(path: readonly string[], content: string | Uint8Array<ArrayBuffer>): Promise<void> {
  let folder = await navigator.storage.getDirectory();
  for (const name of ['octavia', 'models', ...path.slice(0, -1)])
    folder = await folder.getDirectoryHandle(name, { create: true });
  const file = await (await folder.getFileHandle(path.at(-1) ?? '', { create: true })).createWritable();
  await file.write(content);
  await file.close();
}

afterEach(async () => {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('octavia');
  await root.removeEntry('models', { recursive: true });
});

it('a pack that a browser fetched with 0.1.0 is installed and read', async () => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', CONTENT));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  await write(['files', sha256], CONTENT);
  const pin = { bytes: CONTENT.length, sha256, commit: '0123456789abcdef0123456789abcdef01234567' };
  const lock = { schema: 'octavia.lock/1', files: { 'octavia/old@main/onnx/model.onnx': pin } };
  await write(['lock.json'], JSON.stringify(lock, undefined, 2));

  const files = [{ path: 'onnx/model.onnx', bytes: 40, approximate: true }] as const;
  const model: ModelEntry = { ...starter('sonic'), id: 'old', hub: HUB, files };
  const models = createBrowserModels();
  expect(await models.installed(model)).toBe(true);
  expect(await models.read(model, 'onnx/model.onnx', never)).toEqual(CONTENT);

  await browserLock.pin({ 'octavia/new@main/a.bin': { bytes: 1, sha256 } });
  const { files: known } = await browserLock.read();
  expect(known['octavia/old@main/onnx/model.onnx']).toEqual(pin);
});
