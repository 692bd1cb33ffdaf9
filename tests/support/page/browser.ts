import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listen } from '@octavia/server';
import type { Browser, Page } from 'playwright';
import { launchChromium } from './chromium.ts';

/** The built page on a server of its own, and a browser to look at it with. */
export interface Site {
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../../..');
export const BUILD = join(ROOT, 'build');
export const SAMPLE = join(ROOT, 'static/sample/octavia-sample.mp4');
export const SAMPLE_SPANISH = join(ROOT, 'static/sample/octavia-sample.es.srt');

/** @param switches further switches of the browser @param root the built page */
export async function openSite(switches: readonly string[] = [], root = BUILD): Promise<Site> {
  if (!existsSync(join(root, 'index.html'))) throw new Error('Build the page first: npm run build');
  const server = await listen({ root, port: 0, host: '127.0.0.1' });
  const browser = await launchChromium(switches);
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  return { url: server.url.replace(/\/$/, ''), browser, close };
}

/** The button that starts a dub, not the one that listens to it. */
export const dubButton = (page: Page) =>
  page.locator('form').getByRole('button', { name: 'Dub', exact: true });

export const result = (page: Page) => page.getByRole('region', { name: 'Result' });

/** Opens the studio with the sample (and subtitles) chosen and planned. */
export async function planSample(page: Page, url: string, subtitles = SAMPLE_SPANISH): Promise<void> {
  await page.goto(url);
  await chooseFiles(page, SAMPLE, subtitles);
  await page.getByText('Memory', { exact: true }).waitFor();
}

export async function chooseFiles(page: Page, video: string, subtitles?: string): Promise<void> {
  // Until the page is alive, a choice would go unheard.
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await page.getByLabel('Video', { exact: true }).setInputFiles(video);
  if (subtitles !== undefined) {
    await page.getByLabel('Subtitles', { exact: true }).setInputFiles(subtitles);
  }
}

/** Until the job has reached a stage. */
export async function stageRunning(page: Page, title: string): Promise<void> {
  await page
    .locator('li[data-state="running"], li[data-state="done"]')
    .filter({ hasText: title })
    .first()
    .waitFor();
}

/** Until the dub is there; a refusal ends the wait at once, with its words. */
export async function finished(page: Page): Promise<void> {
  const alert = page.getByRole('alert');
  await result(page).or(alert).first().waitFor();
  if (await alert.isVisible()) throw new Error(await alert.innerText());
}
