import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { openSite } from '../support/page/browser.ts';
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
      { name: 'of it not shared with other processes', value: peak.own / 1e6, unit: 'MB' },
      { name: 'peak memory of the whole browser', value: peak.all / 1e6, unit: 'MB' },
      { name: 'time in the tab, of clip length', value: seconds / clip.seconds, unit: '×' },
    ];
  } finally {
    signal.removeEventListener('abort', stop);
    await site.close();
  }
};

interface Memory {
  /** The largest renderer process: the tab with its workers, and what it shares of the program itself. */
  readonly tab: number;
  /** Of it what nobody else has: heaps, wasm memories, stacks. */
  readonly own: number;
  readonly all: number;
}

async function residentBytes(browser: Browser): Promise<Memory> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const all = processInfo.reduce((sum, { id }) => sum + statusBytes(id, 'VmRSS'), 0);
  const tabs = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const most = (field: 'VmRSS' | 'RssAnon') => Math.max(0, ...tabs.map((id) => statusBytes(id, field)));
  return { tab: most('VmRSS'), own: most('RssAnon'), all };
}

/** A field of proc_pid_status(5) in bytes; 0 when the process is gone. */
function statusBytes(id: number, field: 'VmRSS' | 'RssAnon'): number {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function watchMemory(browser: Browser): { stop(): Promise<Memory> } {
  let peak: Memory = { tab: 0, own: 0, all: 0 };
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const now = await residentBytes(browser);
      peak = {
        tab: Math.max(peak.tab, now.tab),
        own: Math.max(peak.own, now.own),
        all: Math.max(peak.all, now.all),
      };
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
