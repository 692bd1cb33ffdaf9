import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { octavia } from '../support/cli/octavia.ts';
import { startServe, type Served } from '../support/cli/serve.ts';

const root = join(import.meta.dirname, '../..');
const built = existsSync(join(root, 'build/index.html'));
const running: Served[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

async function serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const served = await startServe(args, env);
  running.push(served);
  return served;
}

describe.skipIf(!built)('octavia serve', () => {
  it('serves the built page, isolated, and ends cleanly on a signal', async () => {
    const { child, origin, ended } = await serve();
    const page = await fetch(origin);
    expect(page.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
    expect(page.headers.get('Content-Security-Policy')).toMatch(
      /script-src 'self' 'wasm-unsafe-eval' 'sha256-/,
    );
    const html = await page.text();
    expect(html).toContain('Octavia');
    const script = /"\/?\.?\/?(_app\/immutable\/[^"]+\.js)"/.exec(html)?.[1];
    const asset = await fetch(new URL(script ?? 'missing', origin));
    expect(asset.headers.get('Cache-Control')).toContain('immutable');
    await asset.text();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('says that its port is taken', async () => {
    const { origin } = await serve();
    const { code, stdout, stderr } = await octavia(['serve', '--port', new URL(origin).port]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Port \d+ on 127\.0\.0\.1 is used by another program/);
  });
});
