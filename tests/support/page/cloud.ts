import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Hono } from 'hono';
import type { Browser, Page } from 'playwright';
import { pageSources } from '../../../server/site/sources.ts';
import { createSite } from '../../../server/site/site.ts';
import { withCloud, type Changes, type TestCloud } from '../cloud/server.ts';
import { cutLine } from '../../fakes/cut-line.ts';
import { listen } from '../../fakes/listen.ts';
import { launchChromium } from './chromium.ts';
import { chooseFiles } from './browser.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The page and a cloud behind a line that can be cut, a browser, and real workers in processes of their own. */
export interface CloudSite {
  readonly url: string;
  readonly browser: Browser;
  readonly cloud: TestCloud;
  readonly line: Awaited<ReturnType<typeof cutLine>>;
  /** `octavia worker`, with what it said so far. */
  startWorker(): { readonly child: ChildProcess; output(): string };
  close(): Promise<void>;
}

/** @param switches further switches of the browser */
export async function openCloudSite(
  changes: Changes = {},
  switches: readonly string[] = [],
): Promise<CloudSite> {
  const app = new Hono();
  const server = await listen(app);
  const line = await cutLine(server.origin);
  const timing = { lease: 5, sweepEvery: 0.5, relayEvery: 0.5, ...changes.timing };
  const { cloud, done } = await withCloud('pglite', { ...changes, timing });
  app
    .route('/', cloud.api)
    .route('/', createSite(join(ROOT, 'build'), { sources: pageSources(cloud.config) }));
  const browser = await launchChromium(switches);
  const workers: ChildProcess[] = [];
  return {
    url: line.origin,
    browser,
    cloud,
    line,
    startWorker() {
      const args = ['--disable-warning=ExperimentalWarning', 'gpu-worker/cli/octavia.ts', 'worker'];
      const child = spawn(
        process.execPath,
        [...args, '--url', server.origin, '--scratch', join(cloud.config.folder, 'scratch')],
        {
          cwd: ROOT,
          env: { ...process.env, OCTAVIA_DATA: cloud.config.folder },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      workers.push(child);
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
      return { child, output: () => output };
    },
    async close() {
      for (const worker of workers) worker.kill('SIGKILL');
      await browser.close();
      await line.close();
      await server.close();
      await done();
    },
  };
}

/** Chooses a file, and the cloud as the place to dub it; nothing is sent yet. */
export async function planInCloud(page: Page, url: string, video: string, subtitles?: string): Promise<void> {
  await page.goto(url);
  await chooseFiles(page, video, subtitles);
  await page.getByRole('switch', { name: 'Only on this device' }).click();
  await page.getByRole('radio', { name: 'In the cloud' }).check();
}
