import { join, relative } from 'node:path';
import type { Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { speechClip } from '../fixtures/clip.ts';
import { launchChromium } from '../support/page/chromium.ts';
import { bestOf, withHost } from './host.ts';
import type { Bench } from './measure.ts';
import { decoded } from '../support/sound/decoded.ts';
import { soundOf } from '@octavia/pipeline/sound/sound';

const ROOT = join(import.meta.dirname, '../..');
const RUNS = 3;

/** The media port in Chromium (ffmpeg.wasm, one thread) against the one in Node, for the same work in one run. */
export const bench: Bench = async (signal) => {
  const { video } = await speechClip(60);
  const tab = await inTab(relative(ROOT, video));
  const native = await withHost(async ({ media }) => {
    const file = await openDiskFile(video);
    const info = await media.probe(file, signal);
    const speech = { track: 0, sampleRate: 16_000, channels: 1 };
    const demux = await bestOf(RUNS, () => decoded(media, file, speech, signal));
    const dub = soundOf(await decoded(media, file, { track: 0 }, signal));
    const container = 'mp4' as const;
    const request = { source: file, info, dub, track: 0, keepOriginal: true, container };
    const languages = { sourceLanguage: 'en', targetLanguage: 'es' };
    return { demux, mux: await bestOf(RUNS, () => media.mux({ ...request, ...languages }, signal)) };
  });
  const note = '60 s; native takes both cores, wasm one';
  return [
    { name: 'first probe in the tab, with loading', value: tab.first, unit: 's' },
    { name: 'demux in the tab against native ffmpeg', value: tab.demux / native.demux, unit: '×', note },
    { name: 'mux in the tab against native ffmpeg', value: tab.mux / native.mux, unit: '×', note },
    { name: 'mux in the tab, of real time', value: tab.mux / 60, unit: '×' },
  ];
};

interface TabTimes {
  /** Seconds, all of them. */
  readonly first: number;
  readonly demux: number;
  readonly mux: number;
}

async function inTab(clip: string): Promise<TabTimes> {
  const server = await createServer({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    worker: { format: 'es' },
    optimizeDeps: { noDiscovery: true },
    server: { port: 0, hmr: false, watch: null },
  });
  const browser = await launchChromium();
  try {
    await server.listen();
    return await timed(await browser.newPage(), server, clip);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function timed(page: Page, server: ViteDevServer, clip: string): Promise<TabTimes> {
  const origin = server.resolvedUrls?.local[0] ?? '';
  // Any document of this origin will do; the code comes as modules.
  await page.goto(new URL('tests/tsconfig.json', origin).href);
  return page.evaluate<TabTimes>(`(async () => {
    const { blobMediaFile, createBrowserMedia } = await import('/src/lib/host/ffmpeg.ts');
    const media = createBrowserMedia();
    const { signal } = new AbortController();
    const file = blobMediaFile(await (await fetch(${JSON.stringify(`/${clip}`)})).blob(), 'clip.mp4');
    const time = async (work) => {
      const began = performance.now();
      await work();
      return (performance.now() - began) / 1000;
    };
    const best = async (work) => Math.min(await time(work), await time(work), await time(work));
    let info, dub;
    const first = await time(async () => { info = await media.probe(file, signal); });
    const demux = await best(() => decoded(media, file, { track: 0, sampleRate: 16000, channels: 1 }, signal));
    dub = await decoded(media, file, { track: 0 }, signal);
    const request = { source: file, info, dub, track: 0, keepOriginal: true, sourceLanguage: 'en', targetLanguage: 'es' };
    return { first, demux, mux: await best(() => media.mux(request, signal)) };
  })()`);
}
