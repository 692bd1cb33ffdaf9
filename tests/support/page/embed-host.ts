import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listen, readEmbedConfig } from '@octavia/server';
import type { Browser, BrowserContextOptions, Frame, Page } from 'playwright';
import { BUILD } from './browser.ts';
import { launchVisitor } from './chromium.ts';

/** A page of the other site: what it holds, and how it is served. */
export interface HostPage {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Attributes of the root element, and CSS of the page. */
  readonly root?: string;
  readonly css?: string;
}

/** What the host page has seen of its embeds: events in order, and how far anything moved by itself. */
export interface Seen {
  readonly events: readonly { readonly id: string; readonly type: string; readonly detail: Detail }[];
  readonly shift: number;
}

interface Detail {
  readonly code?: string;
  readonly message?: string;
  readonly made?: string;
  readonly to?: string;
  readonly bytes?: number;
  readonly fraction?: number;
  readonly ignored?: readonly string[];
}

/** Octavia, another site with pages that embed it, and a browser to visit them with. */
export interface EmbedHosts {
  readonly octavia: string;
  readonly site: string;
  readonly browser: Browser;
  /** Opens a page of the other site. */
  open(page: HostPage, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Files of the other site by path; a function answers as it likes. */
type Files = Readonly<Record<string, string | ((response: ServerResponse) => void)>>;

const EVENTS = ['ready', 'start', 'progress', 'done', 'error', 'cta'];

/** @param files what the site serves beside its pages, readable for everybody */
export async function openEmbedHosts(files: Files = {}): Promise<EmbedHosts> {
  let shown: HostPage = { body: '' };
  let octavia = '';
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const file = files[path];
    if (path === '/')
      return void response.writeHead(200, typed(shown.headers)).end(documentOf(shown, octavia));
    if (path === '/watch.js')
      return void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(WATCH);
    if (typeof file === 'function') return file(response);
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (file === undefined) return void response.writeHead(404).end();
    void readFile(file).then((bytes) => response.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // Another site for the browser: it tells them apart by the name.
  const site = `http://localhost:${port}`;
  const running = await listen({
    root: BUILD,
    port: 0,
    host: '127.0.0.1',
    embed: readEmbedConfig({ OCTAVIA_EMBED_SITES: site }),
  });
  octavia = running.url.replace(/\/$/, '');
  const browser = await launchVisitor();
  return {
    octavia,
    site,
    browser,
    async open(page, options = {}) {
      shown = page;
      const context = await browser.newContext({ viewport: { width: 800, height: 700 }, ...options });
      const opened = await context.newPage();
      await opened.goto(site);
      return opened;
    },
    async close() {
      await browser.close();
      await running.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const typed = (headers: HostPage['headers']) => ({ 'Content-Type': 'text/html; charset=utf-8', ...headers });

function documentOf({ body, root = 'lang="en"', css = '' }: HostPage, octavia: string): string {
  return `<!doctype html><html ${root}><head><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="n">body { margin: 16px; } octavia-dub { display: block; box-sizing: content-box;
aspect-ratio: 16/9; padding-bottom: 112px; } ${css}</style>
<script nonce="n" src="/watch.js"></script>
<script nonce="n" type="module" src="${octavia}/embed.js"></script></head>
<body>${body.replaceAll('OCTAVIA', octavia)}<p id="after">What follows.</p></body></html>`;
}

/** Workers of all pages and frames. */
export async function workers(browser: Browser): Promise<string[]> {
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'worker' }] });
  await session.detach();
  return targetInfos.map(({ url }) => url);
}

/** Runs in the host page before anything else. */
const WATCH = `
  window.seen = { events: [], shift: 0 };
  for (const type of ${JSON.stringify(EVENTS)}) {
    document.addEventListener(type, ({ target, detail }) => {
      if (target.localName === 'octavia-dub') seen.events.push({ id: target.id, type, detail });
    }, true);
  }
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) seen.shift += value;
  }).observe({ type: 'layout-shift', buffered: true });`;

export const seen = (page: Page): Promise<Seen> =>
  page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);

/** The frame of the nth embed, once its interface is there. */
export async function frameOf(page: Page, n = 0): Promise<Frame> {
  const iframe = page.locator('iframe').nth(n);
  await iframe.waitFor({ state: 'attached' });
  await iframe.contentFrame().locator('main').waitFor();
  const frame = await (await iframe.elementHandle())?.contentFrame();
  if (!frame) throw new Error('The embed has no frame.');
  return frame;
}

/** Pixels that a frame's content has more than it shows, in height and width. */
export const hidden = (frame: Frame): Promise<readonly [number, number]> =>
  frame.evaluate(() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
    return [scrollHeight - clientHeight, scrollWidth - clientWidth] as const;
  });
