import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, SegmentReport } from '@octavia/pipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { octavia } from '../support/cli/octavia.ts';
import { chooseFiles, dubButton, finished, openSite, SAMPLE, type Site } from '../support/page/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavia-hosts-'));
let site: Site;
let inTab: Report;
let inNode: Report;

beforeAll(async () => {
  const args = ['dub', SAMPLE, '--from', 'en', '--to', 'es', '--out', join(folder, 'node.mp4'), '--json'];
  const called = await octavia(args, { env: { OCTAVIA_CACHE: join(folder, 'cache') } });
  expect(called.stderr).not.toContain('octavia: ');
  inNode = JSON.parse(called.stdout) as Report;

  site = await openSite();
  const page = await site.browser.newPage();
  await page.goto(site.url);
  await chooseFiles(page, SAMPLE);
  await page.getByRole('combobox', { name: 'Spoken language' }).selectOption('en');
  await page.getByRole('combobox', { name: 'Dub into' }).selectOption('es');
  await dubButton(page).click();
  await finished(page);
  await page.getByRole('button', { name: 'Report' }).click();
  inTab = JSON.parse((await page.getByLabel('Report as JSON').textContent()) ?? '') as Report;
});

afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

/** One pipeline, two hosts: heard, translated, spoken and placed without help, in the tab and in Node. */
describe('the sample, dubbed without subtitles by both hosts', () => {
  it('is heard, translated and spoken on time, and nothing is sent', () => {
    for (const { segments, network } of [inTab, inNode]) {
      expect(segments.map(({ sourceText }) => sourceText).join(' ')).toMatch(/welcome aboard/i);
      expect(segments.filter(({ targetText }) => targetText.trim() === '')).toEqual([]);
      const late = segments.map(({ onsetErrorMs }) => Math.abs(onsetErrorMs));
      expect(Math.max(...late)).toBeLessThanOrEqual(60);
      expect(network.bytesSent).toBe(0);
    }
  });

  it('has the same lines, word for word', () => {
    const words = ({ segments }: Report) =>
      segments.map(({ id, speaker, sourceText, targetText, voice }) => [
        id,
        speaker,
        sourceText,
        targetText,
        voice,
      ]);
    expect(words(inTab)).toEqual(words(inNode));
    expect(inNode.segments.length).toBeGreaterThanOrEqual(5);
  });

  it('has the same timings to within 5 ms', () => {
    const apart = (time: (segment: SegmentReport) => number) =>
      inNode.segments.map((segment, index) => {
        const other = inTab.segments[index];
        return other === undefined ? Infinity : Math.abs(time(segment) - time(other));
      });
    for (const time of [
      (segment: SegmentReport) => segment.start,
      (segment: SegmentReport) => segment.end,
      (segment: SegmentReport) => segment.dubStart,
      (segment: SegmentReport) => segment.dubEnd,
    ]) {
      expect(Math.max(...apart(time))).toBeLessThanOrEqual(0.005);
    }
  });

  it('is served by the same models at the same revisions', () => {
    const models = ({ stages }: Report) =>
      Object.entries(stages).map(([stage, { model, revision }]) => [stage, model, revision]);
    expect(models(inTab)).toEqual(models(inNode));
    expect(inNode.stages.recognise?.model).toBeTruthy();
    expect(inNode.stages.translate?.model).toBeTruthy();
  });
});
