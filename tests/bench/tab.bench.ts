import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { openSite } from '../e2e/page-browser.ts';
import { speechClip } from '../fixtures/clip.ts';
import type { Bench } from './measure.ts';

const MINUTES = 10;
const SAMPLE_MS = 250;

/** Peak memory of the tab, from the system's own books, while the page dubs a ten-minute clip. */
export const bench: Bench = async (signal) => {
  const clip = await speechClip(MINUTES * 60);
  const site = await openSite();
  const stop = () => void site.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const page = await site.browser.newPage();
    await page.goto(site.url);
    await page.getByLabel('Video').setInputFiles(clip.video);
    await page.getByLabel('Subtitles').setInputFiles(clip.spanish);
    const atRest = await residentBytes(site.browser);
    const watch = watchMemory(site.browser);
    const began = performance.now();
    await page.getByRole('button', { name: 'Dub', exact: true }).click();
    await page.getByRole('region', { name: 'Result' }).waitFor({ timeout: 1_800_000 });
    const seconds = (performance.now() - began) / 1000;
    const peak = await watch.stop();
    const note = `${MINUTES}-minute clip, own subtitles; at rest ${Math.round(atRest.tab / 1e6)} MB`;
    return [
      { name: 'peak memory of the tab', value: peak.tab / 1e6, unit: 'MB', atMost: 1000, note },
      { name: 'peak memory of the whole browser', value: peak.all / 1e6, unit: 'MB' },
      { name: 'time in the tab, of clip length', value: seconds / clip.seconds, unit: '×' },
    ];
  } finally {
    signal.removeEventListener('abort', stop);
    await site.close();
  }
};

interface Memory {
  /** The largest renderer process: the tab with its workers. */
  readonly tab: number;
  readonly all: number;
}

async function residentBytes(browser: Browser): Promise<Memory> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo.map(({ id, type }) => ({ type, bytes: resident(id) }));
  const tabs = sizes.filter(({ type }) => type === 'renderer').map(({ bytes }) => bytes);
  return { tab: Math.max(0, ...tabs), all: sizes.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** VmRSS of a process (proc_pid_status(5)), in bytes; 0 when it is gone. */
function resident(id: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function watchMemory(browser: Browser): { stop(): Promise<Memory> } {
  let peak: Memory = { tab: 0, all: 0 };
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const now = await residentBytes(browser);
      peak = { tab: Math.max(peak.tab, now.tab), all: Math.max(peak.all, now.all) };
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      return peak;
    },
  };
}
