import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSite, readEmbedConfig } from '@octavia/server';
import { afterAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'octavia-embed-'));
for (const name of ['index.html', 'embed.html', 'embed.js']) writeFileSync(join(root, name), name);
afterAll(() => rmSync(root, { recursive: true }));

const SITES = { OCTAVIA_EMBED_SITES: 'https://a.example, https://*.b.example/' };
const CLIP = '/embed?src=https%3A%2F%2Fcdn.example%2Fclip.mp4';

async function policyOf(
  path: string,
  environment: Record<string, string> = {},
): Promise<Record<string, string>> {
  const site = createSite(root, { embed: readEmbedConfig(environment) });
  const policy = (await site.request(path)).headers.get('Content-Security-Policy') ?? '';
  const directives = policy.split('; ').map((directive) => {
    const [name = '', ...sources] = directive.split(' ');
    return [name, sources.join(' ')] as const;
  });
  return Object.fromEntries(directives);
}

describe('who may show the embed', () => {
  it('any site may show the demo, which fetches from this server alone', async () => {
    expect(await policyOf('/embed', SITES)).toMatchObject({
      'frame-ancestors': '*',
      'connect-src': "'self'",
      'media-src': "'self' blob:",
    });
  });

  it('no other site may show a clip of its own unless it is listed', async () => {
    expect(await policyOf(CLIP)).toMatchObject({ 'frame-ancestors': "'self'", 'connect-src': "'self'" });
    expect(await policyOf(CLIP, SITES)).toMatchObject({
      'frame-ancestors': "'self' https://a.example https://*.b.example",
      'connect-src': "'self' https://a.example https://*.b.example",
      'img-src': "'self' data: blob: https://a.example https://*.b.example",
    });
  });

  it('clips may come from origins of their own', async () => {
    const set = { ...SITES, OCTAVIA_EMBED_CLIPS: 'https://cdn.example' };
    expect(await policyOf(CLIP, set)).toMatchObject({
      'frame-ancestors': "'self' https://a.example https://*.b.example",
      'media-src': "'self' blob: https://cdn.example",
    });
    expect((await policyOf('/', set))['connect-src']).toBe("'self'");
  });

  it.each(['*', 'a.example', 'https://a.example/path', "https://a.example; script-src 'unsafe-eval'"])(
    'refuses %s as an origin',
    (origin) => {
      expect(() => readEmbedConfig({ OCTAVIA_EMBED_SITES: origin })).toThrow(
        'OCTAVIA_EMBED_SITES takes origins',
      );
    },
  );
});

describe('what the embed is served with', () => {
  it('every site may read the loader, and only the embed may be shown', async () => {
    const site = createSite(root);
    const { headers } = await site.request('/embed.js');
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(headers.get('Cache-Control')).toBe('no-cache');
    expect((await site.request('/')).headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('an address that opens too many is told to wait', async () => {
    const site = createSite(root, {
      embed: readEmbedConfig({ OCTAVIA_EMBED_PER_MINUTE: '2', OCTAVIA_TRUSTED_PROXIES: '1' }),
    });
    const ask = (address: string) => {
      const env = { incoming: { socket: { remoteAddress: '10.0.0.1' } } };
      return site.request('/embed', { headers: { 'X-Forwarded-For': address } }, env);
    };
    const statuses = [];
    for (const address of ['1.1.1.1', '1.1.1.1', '1.1.1.1', '2.2.2.2'])
      statuses.push((await ask(address)).status);
    expect(statuses).toEqual([200, 200, 429, 200]);
    expect(Number((await ask('1.1.1.1')).headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});
