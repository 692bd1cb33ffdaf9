import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listen } from '@octavia/server';
import { chromium, type Browser } from 'playwright';

/** The built page on a server of its own, and a browser to look at it with. */
export interface Site {
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

const BUILD = join(import.meta.dirname, '../../build');

export async function openSite(): Promise<Site> {
  if (!existsSync(join(BUILD, 'index.html'))) throw new Error('Build the page first: npm run build');
  const server = await listen({ root: BUILD, port: 0, host: '127.0.0.1' });
  const browser = await chromium.launch({
    executablePath: process.env['OCTAVIA_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-unsafe-webgpu',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  return { url: server.url.replace(/\/$/, ''), browser, close };
}
