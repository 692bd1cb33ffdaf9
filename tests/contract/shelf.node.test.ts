import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue } from '@octavia/pipeline';
import { modelFilePath } from '@octavia/pipeline/catalogue';
import { listen, type Manifest, type RunningServer } from '@octavia/server';
import { createShelf } from '../../gpu-worker/packs/shelf.ts';
import { storedPath } from '../../gpu-worker/packs/store.ts';
import { content, hubModel, sha256 } from '../support/models/packs.ts';

const root = mkdtempSync(join(tmpdir(), 'octavia-shelf-'));
const bytes = content('voice', 5000);
const pin = { bytes: bytes.length, sha256: sha256(bytes) };
const other = { bytes: 12, sha256: sha256(content('hub', 12)) };
/** The catalogue knows the hub's file; what is here was made of packages. */
const here = hubModel('here', {}, { files: [{ path: 'onnx/a b.onnx', ...other, others: [pin] }] });
const half = hubModel(
  'half',
  {},
  {
    files: [
      { path: 'a.bin', ...pin },
      { path: 'b.bin', ...other },
    ],
  },
);
const catalogue: Catalogue = { schema: 'octavia.catalogue/1', packs: [], models: [here, half] };
const address = `/models/${modelFilePath(here, { path: 'onnx/a b.onnx', ...pin })}`.replace(' ', '%20');
let stopped = 0;
let server: RunningServer;

beforeAll(async () => {
  writeFileSync(join(root, 'index.html'), '<title>Octavia</title>');
  mkdirSync(dirname(storedPath(root, pin.sha256)), { recursive: true });
  writeFileSync(storedPath(root, pin.sha256), bytes);
  writeFileSync(join(root, 'secret'), 'secret');
  const fetching = { models: ['Other'], source: 'pip and npm', bytes: 1, totalBytes: 2 };
  const shelf = createShelf(
    catalogue,
    root,
    () => fetching,
    () => stopped++,
  );
  server = await listen({ root, port: 0, host: '127.0.0.1', shelf });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

const ask = (path: string, init: RequestInit = {}) => fetch(new URL(path, server.url), init);

describe('the models of a server, for its own page', () => {
  it('are told when they are whole, with what is being fetched', async () => {
    const answer = await ask('/models/here.json');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect((await answer.json()) as Manifest).toEqual({
      schema: 'octavia.shelf/1',
      models: { here: { 'onnx/a b.onnx': pin } },
      fetching: { models: ['Other'], source: 'pip and npm', bytes: 1, totalBytes: 2, stoppable: true },
    });
  });

  it('come from an address that never changes, in ranges too', async () => {
    const whole = await ask(address);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes);
    expect(whole.headers.get('cache-control')).toMatch(/immutable/);
    const part = await ask(address, { headers: { Range: 'bytes=4000-' } });
    expect([part.status, new Uint8Array(await part.arrayBuffer())]).toEqual([206, bytes.subarray(4000)]);
  });

  it('are no way to other files', async () => {
    const wrong = address.replace(pin.sha256.slice(0, 16), other.sha256.slice(0, 16));
    for (const path of [wrong, '/models/here/%2e%2e/secret', '/models/half/0000000000000000/a.bin']) {
      expect((await ask(path)).status).toBe(404);
    }
  });

  it('are fetched no more when the page of this machine says so, and nobody else', async () => {
    const post = (headers: Record<string, string>) => ask('/models/stop', { method: 'POST', headers });
    expect((await post({})).status).toBe(403);
    expect((await post({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect(stopped).toBe(0);
    expect((await post({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(204);
    expect(stopped).toBe(1);
  });
});
