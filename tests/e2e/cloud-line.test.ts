import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCloudSite, planInCloud, type CloudSite } from '../support/page/cloud.ts';
import { holdJob } from '../support/cloud/finished-job.ts';
import { dubButton, finished, SAMPLE, SAMPLE_SPANISH } from '../support/page/browser.ts';

let site: CloudSite;

beforeAll(async () => {
  site = await openCloudSite({ timing: { lease: 120 } });
});
afterAll(() => site.close());

it('says that the line is cut while the server is away, and goes on by itself once it is back', async () => {
  const page = await (await site.browser.newContext()).newPage();
  await planInCloud(page, site.url, SAMPLE, SAMPLE_SPANISH);
  await dubButton(page).click();
  await page.getByRole('button', { name: 'Upload and dub' }).click();
  await page.getByText('Waiting for a machine in the cloud').first().waitFor();
  const job = await holdJob(site.cloud);
  await job.progress(0.4);
  const bar = page.getByRole('progressbar', { name: 'Dubbing octavia-sample.mp4' });
  const shown = () => bar.getAttribute('aria-valuenow');
  await expect.poll(shown).toBe('40');
  const cut = page
    .getByRole('status')
    .filter({ hasText: 'The connection to the cloud is lost; trying again' });
  expect(await cut.count()).toBe(0);

  site.line.down();
  await cut.waitFor();
  await job.progress(0.6);
  // What is asked meanwhile is refused, and said; the refusal goes when the line is back.
  await page.getByRole('button', { name: 'Stop' }).first().click();
  await page.getByRole('alert').getByText('cloud.unreachable').waitFor();
  expect(await shown()).toBe('40');
  await cut.waitFor();

  site.line.up();
  await cut.waitFor({ state: 'detached' });
  await expect.poll(shown).toBe('60');
  expect(await page.getByRole('alert').count()).toBe(0);

  site.line.down();
  await cut.waitFor();
  await job.finish();
  site.line.up();
  await finished(page);
});
