import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@octavia/pipeline';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureHash } from '../support/sound/measure.ts';
import { readNetLog } from '../support/page/net-log.ts';
import {
  dubButton,
  finished,
  openSite,
  planSample,
  result,
  SAMPLE,
  type Site,
} from '../support/page/browser.ts';
import { streams } from '../support/page/media.ts';

let folder: string;
let site: Site;
let page: Page;
let report: Report;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octavia-page-'));
  site = await openSite([`--log-net-log=${join(folder, 'net.json')}`]);
  page = await site.browser.newPage();
  await planSample(page, site.url);
  await dubButton(page).click();
  await finished(page);
  await page.getByRole('button', { name: 'Report' }).click();
  report = JSON.parse((await page.getByLabel('Report as JSON').textContent()) ?? '') as Report;
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

/** One dub of the sample with its Spanish subtitles, looked at from all sides. */
describe('the sample, dubbed in the tab', () => {
  it('shows exactly one video, which plays the dub', async () => {
    const video = result(page).locator('video');
    expect(await video.count()).toBe(1);
    await expect
      .poll(() => video.evaluate((element: HTMLVideoElement) => element.duration))
      .toBeCloseTo(25.3, 0);
  });

  it('switches between the original and the dub at the same position', async () => {
    const video = result(page).locator('video');
    await video.evaluate((element: HTMLVideoElement) => (element.currentTime = 8.5));
    await page.getByRole('button', { name: 'Original' }).click();
    const state = (element: HTMLVideoElement) => [element.muted, Math.round(element.currentTime * 10) / 10];
    expect(await video.evaluate(state)).toEqual([true, 8.5]);
    await result(page).getByRole('button', { name: 'Dub', exact: true }).click();
    expect(await video.evaluate(state)).toEqual([false, 8.5]);
  });

  it('plays on while it switches', async () => {
    const video = result(page).locator('video');
    const isPaused = () => video.evaluate((element: HTMLVideoElement) => element.paused);
    await result(page).getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(isPaused).toBe(false);
    for (const name of ['Original', 'Dub']) {
      await result(page).getByRole('button', { name, exact: true }).click();
      expect(await isPaused()).toBe(false);
    }
    await result(page).getByRole('button', { name: 'Pause', exact: true }).click();
  });

  it('gives the video with its picture untouched, the dub first and the original second', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download video' }).click(),
    ]);
    const file = join(folder, download.suggestedFilename());
    await download.saveAs(file);
    const { streams: found, seconds } = await streams(file);
    const sound = found.filter(({ codec_type }) => codec_type === 'audio');
    expect(sound.map(({ tags }) => tags?.language)).toEqual(['spa', 'eng']);
    expect(sound.map(({ disposition }) => disposition.default)).toEqual([1, 0]);
    expect(sound[0]).toMatchObject({ sample_rate: '48000', channels: 2 });
    expect(pictureHash(file)).toBe(pictureHash(SAMPLE));
    expect(Math.abs(seconds / (await streams(SAMPLE)).seconds - 1)).toBeLessThan(0.001);
  });

  it('gives the subtitles of what is spoken', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download subtitles' }).click(),
    ]);
    const file = join(folder, download.suggestedFilename());
    await download.saveAs(file);
    expect(file).toMatch(/\.srt$/);
    expect(await readFile(file, 'utf8')).toContain('bienvenidos a bordo');
  });

  it('reports lines on time, in Spanish, and nothing sent', () => {
    expect(report.schema).toBe('octavia.report/1');
    expect(report.languages.target).toBe('es');
    expect(report.segments).toHaveLength(6);
    const errors = report.segments.map(({ onsetErrorMs }) => Math.abs(onsetErrorMs));
    expect(Math.max(...errors)).toBeLessThanOrEqual(60);
    expect(Math.abs(report.loudness.outputLufs - report.loudness.sourceLufs)).toBeLessThanOrEqual(1);
    expect(report.network.bytesSent).toBe(0);
  });
});

describe('the dubbed sample, gone on with', () => {
  it('speaks an edited line anew and leaves the others as they were', async () => {
    const texts = page.getByRole('textbox', { name: /^Line at/ });
    await texts.nth(3).fill('Dura dos minutos y todos callan.');
    await page.getByRole('button', { name: 'Re-dub this line' }).click();
    await result(page).waitFor({ state: 'detached' });
    await finished(page);
    await page.getByRole('button', { name: 'Report' }).click();
    const again = JSON.parse((await page.getByLabel('Report as JSON').textContent()) ?? '') as Report;
    expect(again.segments[3]?.targetText).toBe('Dura dos minutos y todos callan.');
    const others = (of: Report) =>
      of.segments.filter((_, i) => i !== 3).map(({ dubStart, dubEnd }) => [dubStart, dubEnd]);
    expect(others(again)).toEqual(others(report));
  });

  it('is still there after a reload, in the history', async () => {
    await page.goto(`${site.url}/jobs`);
    await page.getByRole('link', { name: 'octavia-sample.mp4' }).click();
    await result(page).waitFor();
    await expect.poll(() => result(page).locator('video').count()).toBe(1);
  });

  it('is gone with its files once deleted', async () => {
    await page.goto(`${site.url}/jobs`);
    await page.getByRole('button', { name: 'Delete octavia-sample.mp4' }).click();
    await page.getByText('Nothing here yet').waitFor();
    const left = () =>
      page.evaluate(async () => {
        const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('octavia');
        const names: string[] = [];
        for (const folder of ['jobs', 'segments']) {
          for await (const name of (await root.getDirectoryHandle(folder)).keys()) names.push(name);
        }
        return names;
      });
    await expect.poll(left).toEqual([]);
  });

  it('asked only this site, and no request had a body', async () => {
    await site.close();
    const requests = await readNetLog(join(folder, 'net.json'));
    const ours = requests.filter(
      ({ url, initiator }) => /^(https?|wss?):/.test(url) && initiator === site.url,
    );
    expect(ours.map(({ url }) => url).filter((url) => /\.(wasm|data)$/.test(url)).length).toBeGreaterThan(2);
    expect(ours.filter(({ hasBody, method }) => hasBody || !/^(GET|HEAD)$/.test(method))).toEqual([]);
    expect(ours.map(({ url }) => url).filter((url) => !url.startsWith(site.url))).toEqual([]);
  });
});
