import { chromium, type Browser } from 'playwright';
import { WAIT_MS } from '../patience.ts';

/** How the tests start a browser: Debian's own, without the calls home that a closed network refuses. */
export const CHROMIUM = {
  executablePath: process.env['OCTAVIA_CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--enable-unsafe-webgpu',
  ],
};

/**
 * A browser as visitors have it: storage of frames from other sites is kept apart from that of their own pages. The
 * usual switches of the driver deny such frames all storage instead.
 */
export async function launchVisitor(): Promise<Browser> {
  const browser = await chromium.launch({
    ...CHROMIUM,
    ignoreDefaultArgs: true,
    args: [...CHROMIUM.args, '--headless', '--remote-debugging-pipe', '--mute-audio'],
  });
  browser.on('context', (context) => context.setDefaultTimeout(WAIT_MS));
  return browser;
}

/** A browser whose pages wait as long as tests do. @param switches further switches of the browser */
export async function launchChromium(switches: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({ ...CHROMIUM, args: [...CHROMIUM.args, ...switches] });
  browser.on('context', (context) => context.setDefaultTimeout(WAIT_MS));
  return browser;
}
