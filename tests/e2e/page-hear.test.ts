import type { Report } from '@octavia/pipeline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogue } from '../../src/lib/catalogue.ts';
import { dubButton, finished, openSite, type Site } from './page-browser.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.close());

const translates = catalogue.models.some(({ stage }) => stage === 'translate');

it.skipIf(!translates)('hears, translates and speaks the sample when no subtitles are given', async () => {
  const page = await site.browser.newPage();
  await page.goto(site.url);
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await page.getByText('Heard, translated and spoken in Spanish.').waitFor({ timeout: 60_000 });
  await dubButton(page).click();
  await finished(page);
  await page.getByRole('button', { name: 'Report' }).click();
  const report = JSON.parse((await page.getByLabel('Report as JSON').textContent()) ?? '') as Report;
  expect(report.stages.recognise?.model).toBeTruthy();
  expect(report.stages.translate?.model).toBeTruthy();
  expect(report.segments.map(({ sourceText }) => sourceText).join(' ')).toMatch(/welcome aboard/i);
  expect(report.segments.filter(({ targetText }) => targetText.trim() === '')).toEqual([]);
  expect(Math.max(...report.segments.map(({ onsetErrorMs }) => Math.abs(onsetErrorMs)))).toBeLessThanOrEqual(
    60,
  );
  expect(report.network.bytesSent).toBe(0);
});
