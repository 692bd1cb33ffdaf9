import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@octavia/pipeline';
import { afterAll, expect, it } from 'vitest';
import { fakeHub } from '../fakes/hub.ts';
import { frenchOf, letters } from '../fixtures/tiny/m2m100.ts';
import { ffmpeg, octavia } from '../support/cli/octavia.ts';
import { publish } from '../support/models/packs.ts';
import { TINY_PACK, withStandard } from '../support/models/tiny-pack.ts';
import { dubButton, chooseFiles, finished, result, SAMPLE } from '../support/page/browser.ts';
import { openPacksSite } from '../support/page/packs-site.ts';

/** From one click, or one command, to a dub without a network: by models in the layouts of a hub that really run. */
const root = mkdtempSync(join(tmpdir(), 'octavia-tiny-pack-'));
afterAll(() => rmSync(root, { recursive: true }));

function check({ stages, segments, network }: Report): void {
  const used = [stages.recognise, stages.translate, stages.synthesise].map((stage) => stage?.model);
  expect(used).toEqual(['tiny-whisper', 'tiny-m2m100', 'tiny-kokoro']);
  expect(segments.length).toBeGreaterThan(0);
  for (const { sourceText, targetText, voice } of segments) {
    expect(letters(targetText)).toBe(frenchOf(sourceText));
    expect(voice).toBe('ff_siwis');
  }
  expect(network).toMatchObject({ bytesSent: 0 });
}

it('dubs offline what was pulled by the command line', async () => {
  const hub = await fakeHub();
  for (const { entry, files } of TINY_PACK.models) publish(hub, entry, files);
  writeFileSync(join(root, 'catalogue.json'), JSON.stringify(withStandard(TINY_PACK)));
  const env = {
    OCTAVIA_CATALOGUE: join(root, 'catalogue.json'),
    OCTAVIA_MODEL_HOST: hub.origin,
    OCTAVIA_MODEL_STORE: join(root, 'store'),
    OCTAVIA_MODEL_LOCK: join(root, 'lock.json'),
  };
  const pulled = await octavia(['models', 'pull', 'standard', '--to', 'fr'], { env });
  expect([pulled.code, pulled.stderr]).toEqual([0, expect.stringMatching(/files fetched/)]);
  await hub.close();

  const [out, report] = [join(root, 'dub.mp4'), join(root, 'report.json')];
  const dubbed = await octavia(['dub', SAMPLE, '--to', 'fr', '--out', out, '--report', report], { env });
  expect([dubbed.code, dubbed.stderr]).toEqual([0, expect.anything()]);
  check(JSON.parse(readFileSync(report, 'utf8')) as Report);
  const streams = ffmpeg(
    'ffprobe',
    '-v',
    'error',
    '-show_entries',
    'stream=codec_type',
    '-of',
    'csv=p=0',
    out,
  );
  expect(streams.stdout.trim().split('\n')).toEqual(['video', 'audio', 'audio']);
});

it('dubs in the tab, offline, with what one click has fetched', async () => {
  const site = await openPacksSite(TINY_PACK);
  const page = await (await site.browser.newContext()).newPage();
  try {
    await page.goto(`${site.url}/models`);
    await page.locator('html[data-ready]').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Use another address' }).click();
    await page.getByLabel('Address of the host or of a mirror').fill(site.hub.origin);
    await page.getByRole('button', { name: 'Use this address' }).click();
    const card = page.getByRole('region', { name: 'Standard' });
    await card.getByRole('button', { name: /^Get Standard/ }).click();
    await card.getByText('On this device').first().waitFor();
    const asked = site.hub.requests.length;

    await page.goto(site.url);
    await chooseFiles(page, SAMPLE);
    await page.getByLabel('Dub into').selectOption('fr');
    await page.getByText('Memory', { exact: true }).waitFor();
    await dubButton(page).click();
    await finished(page);
    await result(page).getByRole('button', { name: 'Report' }).click();
    check(JSON.parse(await result(page).locator('pre').innerText()) as Report);
    expect(site.hub.requests).toHaveLength(asked);
  } finally {
    await site.close();
  }
});
