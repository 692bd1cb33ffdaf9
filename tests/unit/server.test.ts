import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createSite, pageSources, POLICY, readConfig } from '@octavia/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNNY, S3, STREAM } from '../support/cloud/storage-settings.ts';

const parent = mkdtempSync(join(tmpdir(), 'octavia-site-'));
const root = join(parent, 'build');
const hash = "'sha256-abc123+/='";
const page = `<!doctype html><meta http-equiv="content-security-policy" content="script-src 'self' ${hash}; base-uri 'none'"><title>Octavia</title>`;
const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const model = '/models/speak/0123456789abcdef/voice.onnx';
const fetcher = '/_app/immutable/workers/packs.worker-Ab_1-c.js';
const files: Record<string, string | Uint8Array> = {
  'index.html': page,
  'jobs.html': page,
  'embed.html': page,
  '404.html': '<title>Nothing here</title>',
  '_app/immutable/start.abc.js': 'export const a = 1;\n'.repeat(200),
  '_app/version.json': '{"version":"1"}',
  [fetcher.slice(1)]: 'onmessage = () => fetch("…");\n',
  'engine.wasm': bytes,
  [model.slice(1)]: bytes,
  'empty.bin': '',
  'a b.txt': 'spaced',
  '.secret': 'hidden',
};

const site = createSite(root);
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  site.request(path, { headers, method });
const body = async (response: Response) => new Uint8Array(await response.arrayBuffer());

beforeAll(() => {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  writeFileSync(join(parent, 'outside.txt'), 'outside');
});
afterAll(() => rmSync(parent, { recursive: true }));

describe('files', () => {
  it('should serve the page, pages without their ending, and names with spaces', async () => {
    expect(await (await get('/')).text()).toBe(page);
    expect(await (await get('/jobs')).text()).toBe(page);
    expect(await (await get('/a%20b.txt')).text()).toBe('spaced');
  });

  it('should redirect a trailing slash to the page it means', async () => {
    const response = await get('/jobs/');
    expect([response.status, response.headers.get('Location')]).toEqual([308, '/jobs']);
  });

  it.each([
    ['/engine.wasm', 'application/wasm'],
    [model, 'application/octet-stream'],
    ['/_app/immutable/start.abc.js', 'text/javascript; charset=utf-8'],
    ['/_app/version.json', 'application/json'],
    ['/', 'text/html; charset=utf-8'],
  ])('should name the type of %s', async (path, type) => {
    expect((await get(path)).headers.get('Content-Type')).toBe(type);
  });

  it.each([
    '/missing',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/_app/..%2f..%2foutside.txt',
    '/..%5coutside.txt',
    '/.secret',
    '//jobs',
    '/%00',
    '/%E0%A4%A',
    '/_app',
  ])('should 404 for %s with the page for it', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Nothing here');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
  });

  it('should 405 what is neither GET nor HEAD', async () => {
    const response = await get('/', {}, 'POST');
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('should answer HEAD with the headers alone', async () => {
    const response = await get('/engine.wasm', { Range: 'bytes=0-1' }, 'HEAD');
    expect([response.status, response.headers.get('Content-Length')]).toEqual([200, '1000']);
    expect(await body(response)).toHaveLength(0);
  });
});

describe('ranges (RFC 9110)', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=10-19', 10, 19],
    ['bytes=990-', 990, 999],
    ['bytes=990-5000', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=-5000', 0, 999],
  ])('should 206 for %s', async (range, first, last) => {
    const response = await get('/engine.wasm', { Range: range, 'Accept-Encoding': 'br' });
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe(`bytes ${first}-${last}/1000`);
    expect(response.headers.get('Content-Length')).toBe(String(last - first + 1));
    expect(await body(response)).toEqual(bytes.slice(first, last + 1));
  });

  it.each(['bytes=1000-', 'bytes=2000-3000', 'bytes=-0'])('should 416 for %s', async (range) => {
    const response = await get('/engine.wasm', { Range: range });
    expect([response.status, response.headers.get('Content-Range')]).toEqual([416, 'bytes */1000']);
    expect(await body(response)).toHaveLength(0);
  });

  it('should 416 any range of an empty file, and 200 without one', async () => {
    expect((await get('/empty.bin', { Range: 'bytes=0-' })).status).toBe(416);
    expect((await get('/empty.bin')).headers.get('Content-Length')).toBe('0');
  });

  it.each(['bytes=20-10', 'bytes=a-b', 'bytes=-', 'bytes', 'items=0-5', 'bytes=0-1,5-6', 'bytes=0-1-2'])(
    'should ignore %s and send everything',
    async (range) => {
      const response = await get('/engine.wasm', { Range: range });
      expect(response.status).toBe(200);
      expect(await body(response)).toEqual(bytes);
    },
  );

  it('should honour If-Range with the current tag or date, and send everything for an old one', async () => {
    const now = await get('/engine.wasm');
    const range = { Range: 'bytes=0-9' };
    const status = async (ifRange: string) =>
      (await get('/engine.wasm', { ...range, 'If-Range': ifRange })).status;
    expect(await status(now.headers.get('ETag') ?? '')).toBe(206);
    expect(await status(now.headers.get('Last-Modified') ?? '')).toBe(206);
    expect(await status('"stale"')).toBe(200);
    expect(await status(`W/${now.headers.get('ETag')}`)).toBe(200);
    expect(await status('Sat, 01 Jan 2000 00:00:00 GMT')).toBe(200);
  });
});

describe('caching', () => {
  it('should let hashed assets and models be kept for ever, and pages be asked for again', async () => {
    const control = async (path: string) => (await get(path)).headers.get('Cache-Control');
    expect(await control('/_app/immutable/start.abc.js')).toBe('public, max-age=31536000, immutable');
    expect(await control(model)).toBe('public, max-age=31536000, immutable');
    for (const path of ['/', '/jobs', '/_app/version.json', '/engine.wasm', '/missing']) {
      expect(await control(path)).toBe('no-cache');
    }
  });

  it('should 304 for the tag or the date it gave, and 200 after the file changed', async () => {
    const first = await get('/jobs');
    const etag = first.headers.get('ETag') ?? '';
    expect((await get('/jobs', { 'If-None-Match': `"other", W/${etag}` })).status).toBe(304);
    const since = { 'If-Modified-Since': first.headers.get('Last-Modified') ?? '' };
    expect((await get('/jobs', since)).status).toBe(304);
    expect((await get('/jobs', { ...since, 'If-None-Match': '"other"' })).status).toBe(200);
    const path = join(root, 'jobs.html');
    utimesSync(path, new Date(), new Date(statSync(path).mtimeMs + 5000));
    expect((await get('/jobs', { 'If-None-Match': etag })).status).toBe(200);
  });

  it('should compress for those who accept it, under another tag', async () => {
    const path = '/_app/immutable/start.abc.js';
    const plain = await body(await get(path));
    const br = await get(path, { 'Accept-Encoding': 'gzip, br' });
    const gz = await get(path, { 'Accept-Encoding': 'gzip, br;q=0' });
    expect([br, gz].map((r) => r.headers.get('Content-Encoding'))).toEqual(['br', 'gzip']);
    expect(new Set([br, gz, await get(path)].map((r) => r.headers.get('ETag'))).size).toBe(3);
    expect(new Uint8Array(brotliDecompressSync(await body(br)))).toEqual(plain);
    expect(new Uint8Array(gunzipSync(await body(gz)))).toEqual(plain);
    expect((await get(model, { 'Accept-Encoding': 'br' })).headers.get('Content-Encoding')).toBeNull();
  });
});

const connect = async (path: string) =>
  /connect-src ([^;]*);/.exec((await get(path)).headers.get('Content-Security-Policy') ?? '')?.[1];

describe('policy of the page', () => {
  it('should say the same as the page itself, which leaves open only what configuration may widen', async () => {
    // Plain JavaScript without types, so it is loaded by its address.
    const { href } = new URL('../../svelte.config.js', import.meta.url);
    const loaded = (await import(href)) as { default: { kit: { csp: { directives: object } } } };
    const declared = loaded.default.kit.csp.directives;
    const bare = Object.entries(POLICY).map(([name, sources]) => [
      name,
      sources.map((source) => source.replaceAll("'", '')),
    ]);
    const widened = { 'default-src': ['self'], 'connect-src': ['self'], 'media-src': ['self', 'blob:'] };
    expect(Object.fromEntries(bare)).toEqual({ ...declared, ...widened });
  });

  it("should allow the document's own inline script by its hash and nothing looser", async () => {
    const policy = (await get('/')).headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain(`script-src 'self' 'wasm-unsafe-eval' ${hash};`);
    expect(policy).not.toContain("'unsafe-eval'");
    const script = (await get('/_app/immutable/start.abc.js')).headers.get('Content-Security-Policy') ?? '';
    expect(script).toContain("script-src 'self' 'wasm-unsafe-eval';");
  });
});

describe('policy of what fetches models', () => {
  it('should let the worker that fetches models connect to the host it was started for', async () => {
    expect(await connect(fetcher)).toBe("'self'");
    expect(await connect(`${fetcher}?hub=https%3A%2F%2Fhuggingface.co`)).toBe(
      "'self' https://huggingface.co https://*.hf.co",
    );
    expect(await connect(`${fetcher}?hub=https%3A%2F%2Fmodels.example%3A8443`)).toBe(
      "'self' https://models.example:8443",
    );
    expect(await connect(`${fetcher}?hub=http%3A%2F%2F127.0.0.1%3A5000`)).toBe(
      "'self' http://127.0.0.1:5000",
    );
  });

  it.each(['/', '/models', '/_app/immutable/start.abc.js', '/engine.wasm', '/missing'])(
    'should let %s connect to no other host, whatever its address says',
    async (path) => {
      expect(await connect(`${path}?hub=https%3A%2F%2Fhuggingface.co`)).toBe("'self'");
    },
  );

  it.each([
    '*',
    'https:',
    'https://*',
    'https://*.example',
    'https://a;script-src',
    'https://a https://b',
    "https://a'b",
    'https://a/b',
    'https://user@a',
    'ws://a',
    'data:',
    'https://a\n',
    '',
  ])('should not take "%s" for a model host', async (hub) => {
    expect(await connect(`${fetcher}?hub=${encodeURIComponent(hub)}`)).toBe("'self'");
  });
});

describe('policy of media and frames', () => {
  it.each([
    ['nothing', {}, ''],
    ['S3', S3, ' https://s3.example'],
    ['Bunny', BUNNY, ' https://results.example'],
    ['Bunny Stream', STREAM, ' https://originals.example'],
    ['both of Bunny', { ...BUNNY, ...STREAM }, ' https://results.example https://originals.example'],
  ])('should let media play from where %s keeps it, and from nowhere else', async (_, environment, more) => {
    const configured = createSite(root, { sources: pageSources(readConfig(environment)) });
    const policy = (await configured.request('/')).headers.get('Content-Security-Policy') ?? '';
    expect(/media-src ([^;]*);/.exec(policy)?.[1]).toBe(`'self' blob:${more}`);
  });

  it('should let only the embed be framed', async () => {
    const policy = async (path: string) => (await get(path)).headers.get('Content-Security-Policy');
    expect(await policy('/')).toContain("frame-ancestors 'none'");
    expect(await policy('/embed')).toContain('frame-ancestors *');
    expect(await policy('/embedded')).toContain("frame-ancestors 'none'");
  });

  it.each(['/', '/engine.wasm', '/missing', '/jobs'])('should isolate %s', async (path) => {
    const { headers } = await get(path);
    expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('Permissions-Policy')).toContain('microphone=()');
  });
});
