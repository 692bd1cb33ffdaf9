import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE } from '../support/page/browser.ts';
import {
  frameOf,
  hidden,
  openEmbedHosts,
  seen,
  workers,
  type EmbedHosts,
  type HostPage,
} from '../support/page/embed-host.ts';
import { makeClip } from '../support/page/media.ts';

let folder: string;
let hosts: EmbedHosts;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octavia-embed-'));
  const clip = await makeClip(join(folder, 'clip.mp4'), '-i', SAMPLE, '-t', '4', '-c', 'copy');
  const text = join(folder, 'clip.es.srt');
  await writeFile(text, '1\n00:00:01,200 --> 00:00:03,300\nBuenas noches y bienvenidos a bordo.\n');
  const words = join(folder, 'words.mp4');
  await writeFile(words, 'no video at all');
  hosts = await openEmbedHosts({
    '/clip.mp4': clip,
    '/clip.es.srt': text,
    '/words.mp4': words,
    '/closed.mp4': (response) => response.end('for its own site alone'),
    '/huge.mp4': (response) => {
      response
        .writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Length': String(2 ** 31) })
        .write('a');
    },
  });
});

afterAll(async () => {
  await hosts.close();
  await rm(folder, { recursive: true });
});

const types = async (page: Page, id = 'a'): Promise<string[]> => {
  const { events } = await seen(page);
  return events.filter((event) => event.id === id).map(({ type }) => type);
};

const ended = (page: Page, id = 'a') =>
  expect
    .poll(() => types(page, id))
    .toEqual(expect.arrayContaining([expect.stringMatching(/^(done|error)$/)]));

const DUB = '<octavia-dub id="a" cta="Start free"></octavia-dub>';
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

describe('a page that embeds the demo', () => {
  const strict = () =>
    `default-src 'none'; script-src 'nonce-n' ${hosts.octavia}; style-src 'nonce-n'; frame-src ${hosts.octavia}`;
  const pages: Readonly<Record<string, () => HostPage>> = {
    plain: () => ({ body: DUB }),
    isolated: () => ({ body: DUB, headers: ISOLATED }),
    'with a strict policy': () => ({ body: DUB, headers: { 'Content-Security-Policy': strict() } }),
    dark: () => ({ body: DUB, css: 'body { background: #111; color: #eee; }' }),
    'from right to left': () => ({ body: DUB, root: 'lang="ar" dir="rtl"' }),
    'of 300 pixels': () => ({ body: DUB, css: 'body { margin: 0; width: 300px; }' }),
    'with large letters': () => ({ body: DUB, css: 'html { font-size: 200%; }' }),
  };

  it.each(Object.entries(pages))(
    '%s: shows it at its size, and nothing moves or scrolls',
    async (name, host) => {
      const page = await hosts.open(host());
      const frame = await frameOf(page);
      await expect.poll(() => types(page)).toEqual(['ready']);
      expect(await hidden(frame)).toEqual([0, 0]);
      const [wide, high] = await frame.evaluate(() => [innerWidth, innerHeight] as const);
      expect(Math.abs(high - (wide * 9) / 16 - 112)).toBeLessThanOrEqual(1);
      expect((await seen(page)).shift).toBe(0);
      const theme = await frame.evaluate(() => document.documentElement.dataset['theme']);
      expect(theme).toBe(name === 'dark' ? 'dark' : 'light');
      await page.context().close();
    },
  );

  it('in another language and theme follows the page', async () => {
    const page = await hosts.open({ body: DUB, root: 'lang="fr"' });
    const frame = await frameOf(page);
    await frame.getByRole('button', { name: 'Écouter en espagnol' }).waitFor();
    await page.evaluate(() => {
      document.documentElement.lang = 'de';
      document.documentElement.style.colorScheme = 'dark';
    });
    await frame.getByRole('button', { name: 'Auf Spanisch anhören' }).waitFor();
    await expect.poll(() => frame.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await page.context().close();
  });
});

describe('what is fetched', () => {
  /** Bytes of what is asked of Octavia, gzipped as a server sends text; the pictures apart. */
  async function weight(addresses: readonly string[]): Promise<number> {
    const sizes = addresses.map(async (address) => {
      const response = await fetch(address);
      return gzipSync(new Uint8Array(await response.arrayBuffer())).length;
    });
    return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
  }

  it('is the loader before the embed is in view, and little before the click', async () => {
    const asked: string[] = [];
    const page = await hosts.open({ body: `<p style="height: 3000px">A long article.</p>${DUB}` });
    page.on('request', (request) => {
      if (request.url().startsWith(hosts.octavia)) asked.push(request.url());
    });
    await page.reload();
    await page.waitForFunction(() => customElements.get('octavia-dub') !== undefined);
    expect(asked).toEqual([`${hosts.octavia}/embed.js`]);
    expect(await weight(asked)).toBeLessThan(3_000);
    await page.locator('octavia-dub').scrollIntoViewIfNeeded();
    await frameOf(page);
    await expect.poll(() => types(page)).toEqual(['ready']);
    const code = [...new Set(asked)].filter((address) => !address.endsWith('.jpg'));
    expect(code.length).toBeLessThan(20);
    expect(await weight(code)).toBeLessThan(60_000);
    expect((await seen(page)).shift).toBe(0);
    await page.context().close();
  });
});

describe('where something is missing', () => {
  const plain = (more = '') => `<iframe src="OCTAVIA/embed" width="600" height="450"${more}></iframe>`;

  it('a sandbox with the same origin runs it', async () => {
    const page = await hosts.open({ body: plain(' sandbox="allow-scripts allow-same-origin"') });
    const frame = await frameOf(page);
    await frame.getByRole('button', { name: 'Hear it in Spanish' }).waitFor();
    await page.context().close();
  });

  it('a sandbox without one plays the ready-made dub', async () => {
    const page = await hosts.open({ body: plain(' sandbox="allow-scripts"') });
    const frame = await frameOf(page);
    expect(await frame.getByRole('button', { name: /^Hear it/ }).count()).toBe(0);
    await frame.getByRole('button', { name: 'Play the finished dub' }).click();
    await expect
      .poll(() => frame.locator('video').evaluate((video: HTMLVideoElement) => video.duration))
      .toBeCloseTo(25.3, 0);
    expect(await hidden(frame)).toEqual([0, 0]);
    await page.context().close();
  });

  it('without WebAssembly the ready-made dub is left, and without one a word', async () => {
    const page = await hosts.open({ body: `${DUB}<octavia-dub id="b" mode="here"></octavia-dub>` });
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
    await page.reload();
    await (await frameOf(page)).getByRole('button', { name: 'Play the finished dub' }).waitFor();
    await page.locator('#b').scrollIntoViewIfNeeded();
    await expect.poll(() => types(page, 'b')).toEqual(['ready', 'error']);
    const { events } = await seen(page);
    expect(events.findLast(({ id }) => id === 'b')?.detail).toMatchObject({
      code: 'embed.unable',
      message: 'This browser cannot dub here.',
    });
    await page.context().close();
  });

  it('without JavaScript there is a word', async () => {
    const page = await hosts.open({ body: plain() }, { javaScriptEnabled: false });
    await page.frameLocator('iframe').getByText('where scripts are allowed').waitFor();
    await page.context().close();
  });
});

describe('dubs', () => {
  const own = (id: string) =>
    `<octavia-dub id="${id}" style="width: 300px" src="/clip.mp4" subtitles="/clip.{to}.srt" to="es" mode="here"></octavia-dub>`;

  it('two clips of the site, one after the other, with models fetched once', async () => {
    const page = await hosts.open({ body: own('a') + own('b') });
    const models: string[] = [];
    page.on('request', (request) => {
      // Scripts come from the browser's own cache.
      const isModel = /\/models\/.+\/[0-9a-f]{16}\/.+(?<!\.mjs)$/.test(request.url());
      if (isModel && request.method() === 'GET') models.push(request.url());
    });
    for (const n of [0, 1]) await (await frameOf(page, n)).getByRole('button', { name: /^Hear it/ }).click();
    await ended(page, 'a');
    await ended(page, 'b');
    const { events, shift } = await seen(page);
    const order = events.filter(({ type, detail }) => type !== 'progress' || (detail.fraction ?? 0) > 0);
    const steps = order.map(({ id, type }) => `${id} ${type}`);
    expect(steps.filter((step, i) => step !== steps[i - 1] && !/(ready|start)$/.test(step))).toEqual([
      'a progress',
      'a done',
      'b progress',
      'b done',
    ]);
    expect(models.length).toBeGreaterThan(0);
    expect(models.filter((model, i) => models.indexOf(model) !== i)).toEqual([]);
    expect(shift).toBe(0);
    const frame = await frameOf(page);
    expect(await hidden(frame)).toEqual([0, 0]);
    expect(await frame.getByRole('button', { name: 'Spanish', pressed: true }).isVisible()).toBe(true);
    await page.context().close();
  });

  it('and leaves no worker behind when the page removes it in the middle', async () => {
    const page = await hosts.open({ body: own('a') });
    await (await frameOf(page)).getByRole('button', { name: /^Hear it/ }).click();
    await expect.poll(async () => (await workers(hosts.browser)).length).toBeGreaterThan(0);
    await page.locator('#a').evaluate((element) => element.remove());
    await expect.poll(() => workers(hosts.browser)).toEqual([]);
    expect(await types(page)).not.toContain('done');
    await page.context().close();
  });
});

describe('bad input', () => {
  it.each([
    ['an address with nothing there', '/nothing.mp4', 'embed.missing'],
    ['a server that lets nobody read', '/closed.mp4', 'embed.unreachable'],
    ['an origin that is not listed', 'http://127.0.0.1:9/clip.mp4', 'embed.origin'],
    ['two gigabytes', '/huge.mp4', 'embed.too_large'],
    ['a file that is no video', '/words.mp4', 'input.not_media'],
  ])('%s is said with its code', async (_, src, code) => {
    const page = await hosts.open({ body: `<octavia-dub id="a" src="${src}" to="es"></octavia-dub>` });
    const frame = await frameOf(page);
    await frame.getByRole('button', { name: /^Hear it/ }).click();
    await ended(page);
    const last = (await seen(page)).events.at(-1);
    expect(last?.detail).toMatchObject({ code });
    expect(await frame.getByRole('alert').textContent()).toBe(last?.detail.message);
    expect(await hidden(frame)).toEqual([0, 0]);
    await page.context().close();
  });

  it('without a connection is said', async () => {
    const page = await hosts.open({ body: DUB });
    const frame = await frameOf(page);
    await page.context().setOffline(true);
    await frame.getByRole('button', { name: /^Hear it/ }).click();
    await ended(page);
    expect((await seen(page)).events.at(-1)?.detail.code).toBe('embed.offline');
    await page.context().close();
  });

  it('of strangers, and a second script, change nothing', async () => {
    const page = await hosts.open({
      body: `<octavia-dub id="a" accent="red"></octavia-dub><script nonce="n" type="module" src="OCTAVIA/embed.js?v=2"></script>`,
    });
    await frameOf(page);
    await expect.poll(() => types(page)).toEqual(['ready']);
    await page.evaluate(() => postMessage({ octavia: 1, message: { type: 'done', to: 'es', made: 'here' } }));
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    expect(await types(page)).toEqual(['ready']);
    expect(await page.locator('iframe').count()).toBe(1);
    await page.context().close();
  });

  it('a site that is not listed is refused its clip, and its page is told', async () => {
    const page = await hosts.open({ body: DUB });
    const framed = await fetch(
      `${hosts.octavia}/embed?src=${encodeURIComponent('https://other.example/a.mp4')}`,
    );
    expect(framed.headers.get('Content-Security-Policy')).toContain(`frame-ancestors 'self' ${hosts.site}`);
    await page.goto(hosts.site.replace('localhost', '127.0.0.1'));
    await page.locator('octavia-dub').evaluate((element) => element.setAttribute('src', '/clip.mp4'));
    await ended(page);
    expect((await seen(page)).events.at(-1)?.detail.code).toBe('embed.blocked');
    await page.context().close();
  });
});
