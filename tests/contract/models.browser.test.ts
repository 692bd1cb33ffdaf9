import { expect, it } from 'vitest';
import { pinnedFile, type ModelEntry } from '@octavia/pipeline/catalogue';
import { lockKey } from '@octavia/pipeline/lock';
import { deleteKept, keepFile, keptFile } from '../../src/lib/host/kept-files.ts';
import { createBrowserModels } from '../../src/lib/host/models.ts';
import { browserLock } from '../../src/lib/host/lock-keeper.ts';
import { modelsSuite } from './models.suite.ts';
import { starter } from '../support/models/starter.ts';

const never = new AbortController().signal;

modelsSuite('our own origin', () => createBrowserModels());

it('keeps what it read, and fetches a damaged copy once more', async () => {
  const sonic = starter('sonic');
  const file = pinnedFile(sonic, 'sonic.wasm');
  const whole = await createBrowserModels().read(sonic, file.path, never);
  const keptBytes = async () => new Uint8Array((await (await keptFile(file.sha256))?.arrayBuffer()) ?? []);
  expect(await keptBytes()).toEqual(whole);

  await keepFile(file.sha256, new Uint8Array(whole.length));
  expect(await createBrowserModels().read(sonic, file.path, never)).toEqual(whole);
  expect(await keptBytes()).toEqual(whole);
});

it('knows a pulled model by what was learned of it, and reports a damaged file instead of reading it', async () => {
  const content = new TextEncoder().encode(`tiny model ${Date.now()}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const hub = { repo: 'octavia/tiny', revision: `r${Date.now()}` };
  const files = [{ path: 'onnx/model.onnx', bytes: 20, approximate: true }] as const;
  const model: ModelEntry = { ...starter('sonic'), id: 'tiny', hub, files };
  const models = createBrowserModels();
  expect(await models.installed(model)).toBe(false);
  await expect(models.read(model, 'onnx/model.onnx', never)).rejects.toMatchObject({ code: 'model.missing' });

  await keepFile(sha256, content);
  await browserLock.pin({ [lockKey(hub, 'onnx/model.onnx')]: { bytes: content.length, sha256 } });
  expect(await models.installed(model)).toBe(true);
  expect(await models.read(model, 'onnx/model.onnx', never)).toEqual(content);

  await keepFile(sha256, content.toReversed());
  await expect(models.read(model, 'onnx/model.onnx', never)).rejects.toMatchObject({ code: 'model.damaged' });
  expect(await models.installed(model)).toBe(false);
  await expect(models.read(model, 'onnx/model.onnx', never)).rejects.toMatchObject({ code: 'model.missing' });
  await deleteKept(sha256);
});
