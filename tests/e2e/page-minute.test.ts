import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@octavia/pipeline';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speechClip, type Clip } from '../fixtures/clip.ts';
import { loudness, pictureHash } from '../support/sound/measure.ts';
import { chooseFiles, dubButton, finished, openSite, type Site } from '../support/page/browser.ts';
import { streams } from '../support/page/media.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavia-minute-'));
let site: Site;
let clip: Clip;

beforeAll(async () => {
  clip = await speechClip(60);
  site = await openSite();
});

afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

async function dubbed(page: Page, subtitles: string): Promise<{ file: string; report: Report }> {
  await page.goto(site.url);
  await chooseFiles(page, clip.video, subtitles);
  await page.getByRole('combobox', { name: 'Dub into' }).selectOption('es');
  await dubButton(page).click();
  await finished(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download video' }).click(),
  ]);
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);
  await page.getByRole('button', { name: 'Report' }).click();
  const report = JSON.parse((await page.getByLabel('Report as JSON').textContent()) ?? '') as Report;
  return { file, report };
}

describe.each(['spanish', 'english'] as const)(
  'a minute of speech with %s subtitles, in the tab',
  (which) => {
    let file: string;
    let report: Report;

    beforeAll(async () => {
      ({ file, report } = await dubbed(await site.browser.newPage(), clip[which]));
    });

    it('keeps picture and length', async () => {
      expect(pictureHash(file)).toBe(pictureHash(clip.video));
      const [before, after] = [(await streams(clip.video)).seconds, (await streams(file)).seconds];
      expect(Math.abs(after / before - 1)).toBeLessThanOrEqual(0.001);
      expect(report.durationMatch).toBeGreaterThanOrEqual(0.999);
    });

    it('begins every line on time, and lets none run into the next', () => {
      expect(report.segments).toHaveLength(clip.lines.length);
      const late = report.segments.map(({ onsetErrorMs }) => Math.abs(onsetErrorMs)).sort((a, b) => a - b);
      expect(late[Math.ceil(late.length * 0.95) - 1]).toBeLessThanOrEqual(20);
      expect(late.at(-1)).toBeLessThanOrEqual(60);
      report.segments.forEach(({ dubEnd }, index) => {
        expect(dubEnd).toBeLessThanOrEqual(report.segments[index + 1]?.dubStart ?? Infinity);
      });
    });

    it('is as loud as the source', () => {
      expect(Math.abs(loudness(file, 0).lufs - loudness(clip.video, 0).lufs)).toBeLessThanOrEqual(1);
    });

    it('speaks Spanish: as given, or translated from the English', () => {
      const said = report.segments.map(({ targetText }) => targetText);
      if (which === 'spanish') expect(said).toEqual(clip.lines.map(({ spanish }) => spanish));
      else expect(report.stages.translate?.model).toBe('translate-eng-spa');
      expect(report.network.bytesSent).toBe(0);
    });
  },
);
