import { expect, it } from 'vitest';
import { createBrowserModels, modelAddress } from '../../src/lib/host/models.ts';
import { modelsSuite } from './models.suite.ts';
import { starter } from './starter.ts';

modelsSuite('our own origin', () => createBrowserModels());

it('keeps what it read, and fetches a damaged copy once more', async () => {
  const sonic = starter('sonic');
  const file = sonic.files.find(({ path }) => path === 'sonic.wasm');
  if (file === undefined) throw new Error('no such file');
  const never = new AbortController().signal;
  const cache = await caches.open('octavia-models');
  const address = modelAddress(sonic, file);
  const whole = await createBrowserModels().read(sonic, file.path, never);
  expect(new Uint8Array((await (await cache.match(address))?.arrayBuffer()) ?? [])).toEqual(whole);

  await cache.put(address, new Response(new Uint8Array(whole.length)));
  expect(await createBrowserModels().read(sonic, file.path, never)).toEqual(whole);
  expect(new Uint8Array((await (await cache.match(address))?.arrayBuffer()) ?? [])).toEqual(whole);
});
