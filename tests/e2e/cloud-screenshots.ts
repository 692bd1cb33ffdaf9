/**
 * Pictures of a job in the cloud in its states, two widths and both themes, to be looked at by a person.
 *
 *   node tests/e2e/cloud-screenshots.ts FOLDER
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { openCloudSite, planInCloud, type CloudSite } from '../support/page/cloud.ts';
import { holdJob } from '../support/cloud/finished-job.ts';
import { dubButton, finished, SAMPLE, SAMPLE_SPANISH } from '../support/page/browser.ts';

const folder = process.argv[2] ?? 'test-results/cloud';
const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1200, height: 860 } } as const;
/** Bytes a second, and of padding behind the sample: long enough to be seen going up. */
const [SLOW, PADDING] = [2e6, 16e6];

await mkdir(folder, { recursive: true });
const padded = join(folder, 'a-talk-about-the-sea.mp4');
const box = Buffer.alloc(PADDING);
box.writeUInt32BE(PADDING);
box.write('free', 4);
await writeFile(padded, Buffer.concat([await readFile(SAMPLE), box]));

async function states(site: CloudSite, page: Page, shoot: (state: string) => Promise<void>): Promise<void> {
  await planInCloud(page, site.url, padded, SAMPLE_SPANISH);
  await shoot('0-plan');
  const session = await page.context().newCDPSession(page);
  const limits = { offline: false, latency: 0, downloadThroughput: -1 };
  await session.send('Network.emulateNetworkConditions', { ...limits, uploadThroughput: SLOW });
  await dubButton(page).click();
  await page.getByRole('button', { name: 'Upload and dub' }).click();
  await page.getByText('a second').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(2_500);
  await shoot('1-uploading');
  site.line.down();
  await page.getByText('Connection lost').first().waitFor();
  await shoot('2-upload-cut');
  site.line.up();
  await page.getByText('Waiting for a machine in the cloud').first().waitFor({ timeout: 120_000 });
  const job = await holdJob(site.cloud);
  await job.progress(0.42);
  await page.getByText('42 %').first().waitFor({ timeout: 30_000 });
  await shoot('3-working');
  site.line.down();
  await page.getByText('The connection to the cloud is lost').waitFor();
  await shoot('4-working-cut');
  await page.getByRole('button', { name: 'Stop' }).first().click();
  await page.getByRole('alert').waitFor({ timeout: 30_000 });
  await shoot('5-working-cut-stop');
  site.line.up();
  await page.getByRole('alert').waitFor({ state: 'detached', timeout: 60_000 });
  await page.goto(`${site.url}/jobs`);
  await page.getByRole('link', { name: 'a-talk-about-the-sea.mp4' }).waitFor();
  await shoot('6-history-working');
  await job.finish();
  await page.goBack();
  await finished(page);
  await page.getByLabel('Player').evaluate((video: HTMLVideoElement) => (video.currentTime = 6));
  await page.getByRole('button', { name: 'Captions' }).click();
  await page.waitForTimeout(800);
  await shoot('7-result');
  await page.goto(`${site.url}/jobs`);
  await page.getByText('Done').first().waitFor();
  await shoot('8-history-done');
}

for (const [size, viewport] of Object.entries(WIDTHS)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    // A cloud of its own for each visit: its first job is the one that is looked at.
    const site = await openCloudSite({ timing: { lease: 600 } });
    try {
      const visitor = await site.browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await visitor.newPage();
      await states(site, page, async (state) => {
        await page.screenshot({ path: join(folder, `${state}-${size}-${colorScheme}.png`), fullPage: true });
      });
    } finally {
      await site.close();
    }
  }
}
