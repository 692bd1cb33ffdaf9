import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { octavia } from '../support/octavia.ts';

const root = join(import.meta.dirname, '../..');
const built = existsSync(join(root, 'build/index.html'));
const running: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Starts the server and waits until it says where it is. */
async function serve(): Promise<{ child: ChildProcessWithoutNullStreams; url: string }> {
  const cli = join(root, 'gpu-worker/cli/octavia.ts');
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0']);
  running.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      const found = /ready at (http:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  return { child, url };
}

describe.skipIf(!built)('octavia serve', () => {
  it('serves the built page, isolated, and ends cleanly on a signal', async () => {
    const { child, url } = await serve();
    const page = await fetch(url);
    expect(page.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
    expect(page.headers.get('Content-Security-Policy')).toMatch(
      /script-src 'self' 'wasm-unsafe-eval' 'sha256-/,
    );
    const html = await page.text();
    expect(html).toContain('Octavia');
    const script = /"\/?\.?\/?(_app\/immutable\/[^"]+\.js)"/.exec(html)?.[1];
    const asset = await fetch(new URL(script ?? 'missing', url));
    expect(asset.headers.get('Cache-Control')).toContain('immutable');
    await asset.text();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('says that its port is taken', async () => {
    const { url } = await serve();
    const { code, stdout, stderr } = await octavia(['serve', '--port', new URL(url).port]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Port \d+ on 127\.0\.0\.1 is taken/);
  });
});
