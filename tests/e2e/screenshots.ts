/**
 * Pictures of the page in its states, two widths and both themes, to be looked at by a person.
 *
 *   node tests/e2e/screenshots.ts FOLDER
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { openSite } from '../support/page/browser.ts';

const folder = process.argv[2] ?? 'test-results/screenshots';
const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } } as const;

async function states(page: Page, url: string, shoot: (state: string) => Promise<void>): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'Try the sample' }).waitFor();
  await shoot('1-empty');
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await page.getByText('Memory').waitFor({ timeout: 60_000 });
  await shoot('2-planned');
  await page.getByRole('button', { name: 'Dub', exact: true }).click();
  await page.getByRole('list', { name: 'Lines so far' }).waitFor({ timeout: 120_000 });
  await shoot('3-working');
  await page.getByRole('region', { name: 'Result' }).waitFor({ timeout: 300_000 });
  await page.getByLabel('Player').evaluate((video: HTMLVideoElement) => (video.currentTime = 6));
  await page.getByRole('button', { name: 'Report' }).click();
  await page.waitForTimeout(500);
  await shoot('4-done');
  await page.goto(url);
  const file = { name: 'holiday.mp4', mimeType: 'video/mp4', buffer: Buffer.from('This is not a video.') };
  await page.getByLabel('Video', { exact: true }).setInputFiles(file);
  await page.getByRole('alert').waitFor();
  await shoot('5-error');
}

await mkdir(folder, { recursive: true });
const site = await openSite();
try {
  for (const [size, viewport] of Object.entries(WIDTHS)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await site.browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await states(page, site.url, async (state) => {
        await page.screenshot({ path: join(folder, `${state}-${size}-${colorScheme}.png`), fullPage: true });
      });
      for (const path of ['models', 'privacy', 'jobs', 'embed', 'embedding']) {
        await page.goto(`${site.url}/${path}`);
        await page.waitForTimeout(300);
        await page.screenshot({ path: join(folder, `6-${path}-${size}-${colorScheme}.png`), fullPage: true });
      }
      await context.close();
    }
  }
} finally {
  await site.close();
}
