import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseFiles, dubButton, openSite, SAMPLE, type Site } from '../support/page/browser.ts';
import { makeClip } from '../support/page/media.ts';

let folder: string;
let site: Site;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octavia-refusals-'));
  site = await openSite();
  page = await site.browser.newPage();
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

const made = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

async function refusal(): Promise<string> {
  const alert = page.getByRole('alert');
  await alert.waitFor();
  return alert.innerText();
}

it('says that an empty file is empty', async () => {
  await page.goto(site.url);
  await chooseFiles(page, await made('nothing.mp4', ''));
  expect(await refusal()).toContain('input.empty');
});

it('says that a text named .mp4 is not media', async () => {
  await page.goto(site.url);
  await chooseFiles(page, await made('notes “final” 🎬.mp4', 'These are notes.\n'.repeat(50)));
  expect(await refusal()).toContain('input.not_media');
});

it('says that a film without sound has nothing to dub', async () => {
  const options = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:d=1', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'];
  await page.goto(site.url);
  await chooseFiles(page, await makeClip(join(folder, 'mute.mp4'), ...options));
  expect(await refusal()).toContain('input.no_audio');
});

it('says that a file is no subtitles, and takes the next one', async () => {
  await page.goto(site.url);
  await chooseFiles(page, SAMPLE, await made('shopping.srt', 'milk, eggs'));
  expect(await refusal()).toContain('subtitles.unreadable');
});

it('says before the start that a language pair is not served, and what to do', async () => {
  await page.goto(site.url);
  await chooseFiles(page, SAMPLE);
  await page
    .getByText(/Memory|subtitles in the language/)
    .first()
    .waitFor();
  await page.getByLabel('Spoken language').selectOption('uk');
  await dubButton(page).click();
  const words = await refusal();
  expect(words).toContain('language.unrecognised');
  expect(words).toContain('Add subtitles');
});

it('says that there is no speech in silence, and the page goes on', async () => {
  const options = ['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo', '-t', '3', '-c:a', 'aac'];
  await page.goto(site.url);
  await chooseFiles(page, await makeClip(join(folder, 'silence.m4a'), ...options));
  await page.getByLabel('Dub into').selectOption('en');
  await page.getByLabel('Spoken language').selectOption('en');
  await dubButton(page).click();
  expect(await refusal()).toContain('input.no_speech');
  await page.getByRole('button', { name: 'New' }).click();
  expect(await dubButton(page).isVisible()).toBe(true);
});

it('asks for a file when there is none', async () => {
  await page.goto(site.url);
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await dubButton(page).click();
  expect(await refusal()).toContain('input.missing');
});
