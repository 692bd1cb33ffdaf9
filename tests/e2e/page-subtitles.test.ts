import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@octavia/pipeline';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseFiles, dubButton, finished, openSite, SAMPLE, type Site } from '../support/page/browser.ts';
import { makeClip } from '../support/page/media.ts';

let folder: string;
let site: Site;
let page: Page;
let clip: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octavia-subtitles-'));
  clip = await makeClip(join(folder, 'clip.mp4'), '-t', '8', '-i', SAMPLE);
  site = await openSite();
  page = await site.browser.newPage();
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

/** Dubs the clip with a text of subtitles. */
async function dubbed(name: string, text: string | Uint8Array, target: string): Promise<Report> {
  const subtitles = join(folder, name);
  await writeFile(subtitles, text);
  await page.goto(site.url);
  await chooseFiles(page, clip, subtitles);
  await page
    .getByText(/Memory|subtitles in the language/)
    .first()
    .waitFor();
  expect(await page.getByText('clip.mp4').first().isVisible()).toBe(true);
  await page.getByLabel('Dub into').selectOption(target);
  await dubButton(page).click();
  await finished(page);
  await page.getByRole('button', { name: 'Report' }).click();
  return JSON.parse((await page.getByLabel('Report as JSON').textContent()) ?? '') as Report;
}

const said = ({ segments }: Report): string[] => segments.map(({ targetText }) => targetText);

it('reads subtitles by their content, whatever they are called, and keeps the video', async () => {
  const srt = '1\n00:00:00,300 --> 00:00:02,300\nBuenas noches a todos.\n';
  expect(said(await dubbed('mine.srt.txt', srt, 'es'))).toEqual(['Buenas noches a todos.']);
});

it('says each phrase of rolling captions once', async () => {
  const vtt = `WEBVTT

00:00:00.500 --> 00:00:02.800
 
la<00:00:00.700><c> casa</c><00:00:01.000><c> es vieja</c>

00:00:02.800 --> 00:00:02.810
la casa es vieja
 

00:00:02.810 --> 00:00:05.200
la casa es vieja
y<00:00:03.100><c> el jardín</c><00:00:03.500><c> es grande</c>
`;
  expect(said(await dubbed('captions.es.vtt', vtt, 'es'))).toEqual([
    'la casa es vieja',
    'y el jardín es grande',
  ]);
});

it('reads Chinese in the encoding of its country', async () => {
  // GBK
  const text = 'd4e7c9cfbac3a3acbbb6d3adc0b4b5bdced2c3c7b5c4bddac4bfa1a3d5e2d7f9b7bfd7d3b7c7b3a3b9c5c0cfa1a3';
  const srt = new TextEncoder().encode('1\n00:00:00,300 --> 00:00:05,300\n');
  const bytes = new Uint8Array([...srt, ...Buffer.from(text, 'hex'), 0x0a]);
  const line = '早上好，欢迎来到我们的节目。这座房子非常古老。';
  expect(said(await dubbed('zh.srt', bytes, 'zh'))).toEqual([line]);
});

it('takes the line in the language of the dub out of cues in two languages', async () => {
  const srt = [
    'The house is very old.\nLa casa es muy vieja.',
    'We bought it last year.\nLa compramos el año pasado.',
  ].map((text, index) => `${index + 1}\n00:00:0${3 * index},300 --> 00:00:0${3 * index + 2},500\n${text}\n`);
  expect(said(await dubbed('both.srt', srt.join('\n'), 'es'))).toEqual([
    'La casa es muy vieja.',
    'La compramos el año pasado.',
  ]);
});
