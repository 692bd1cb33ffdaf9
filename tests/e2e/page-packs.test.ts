import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REVISION } from '../support/models/packs.ts';
import { chooseFiles, SAMPLE } from '../support/page/browser.ts';
import { faults } from '../support/page/faults.ts';
import { DECODER, FILES, openPacksSite, type PacksSite } from '../support/page/packs-site.ts';

const KEY = `test/ears@${REVISION}/${DECODER}`;
const SLOW = { kind: 'slow', bytesPerSecond: 80_000 } as const;
/** Two thirds of the pack arrive, and then nothing until the hub heals: there is all the time to click. */
const STALLS = { kind: 'stall', after: 2_000_000 } as const;

let site: PacksSite;
let visitor: BrowserContext;

beforeAll(async () => {
  site = await openPacksSite();
});
afterAll(() => site.close());

beforeEach(async () => {
  site.hub.requests.length = 0;
  visitor = await site.browser.newContext();
});
afterEach(async () => {
  site.hub.heal();
  await visitor.close();
});

const card = (page: Page) => page.getByRole('region', { name: 'Standard' });
const button = (page: Page, name: string | RegExp) => card(page).getByRole('button', { name });
const bar = (page: Page) => page.getByRole('progressbar', { name: 'Downloading Standard' });
const alert = (page: Page) => page.getByRole('alert');

async function openModels(): Promise<Page> {
  const page = await visitor.newPage();
  await page.goto(`${site.url}/models`);
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  return page;
}

/** The Models page of a visitor who fetches from the tests' hub. */
async function visit(): Promise<Page> {
  const page = await openModels();
  await page.getByRole('button', { name: 'Use another address' }).click();
  await page.getByLabel('Address of the host or of a mirror').fill(site.hub.origin);
  await page.getByRole('button', { name: 'Use this address' }).click();
  await card(page)
    .getByText(`from ${new URL(site.hub.origin).host}`)
    .waitFor();
  return page;
}

const here = (page: Page) => card(page).getByText('On this device').first().waitFor();

/** Until so many per cent are here. */
async function arrived(page: Page, percent: number): Promise<void> {
  await expect
    .poll(async () => Number(await bar(page).getAttribute('aria-valuenow')))
    .toBeGreaterThanOrEqual(percent);
}

async function pulled(): Promise<Page> {
  const page = await visit();
  await button(page, /^Get Standard/).click();
  await here(page);
  return page;
}

const decoderRanges = () =>
  site.hub
    .fetches()
    .filter(({ path }) => path.endsWith(DECODER))
    .map(({ range }) => range);

describe('one click', () => {
  it('names the host first, then fetches, and keeps the pack for good', async () => {
    const page = await visit();
    expect(site.hub.requests).toEqual([]);
    expect(await card(page).innerText()).toContain('not for commercial use');
    await button(page, /^Get Standard, about 4\.4 MB/).click();
    await here(page);
    expect(new Set(site.hub.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(site.hub.fetches()).toHaveLength(5);
    site.hub.requests.length = 0;
    await page.reload();
    await here(page);
    expect(site.hub.requests).toEqual([]);
  });

  it('shows bytes, speed and time left', async () => {
    site.hub.fault(KEY, SLOW);
    const page = await visit();
    await button(page, /^Get Standard/).click();
    await arrived(page, 45);
    await expect.poll(() => card(page).innerText()).toMatch(/MB of 4\.4 MB\s+[\d.]+ kB\/s/);
    expect(await bar(page).getAttribute('aria-valuetext')).toMatch(/\d+ %, \d+ s left/);
    expect(await faults(page)).toEqual([]);
  });
});

describe('a pull that is interrupted', () => {
  it('goes on by a range after a reload', async () => {
    site.hub.fault(KEY, STALLS);
    const page = await visit();
    await button(page, /^Get Standard/).click();
    await arrived(page, 55);
    site.hub.heal();
    await page.reload();
    await here(page);
    expect(decoderRanges()).toHaveLength(2);
    expect(Number(/^bytes=(\d+)-$/.exec(decoderRanges()[1] ?? '')?.[1])).toBeGreaterThan(100_000);
  });

  it('pauses, resumes by a range, and cancels without a trace', async () => {
    site.hub.fault(KEY, STALLS);
    const page = await visit();
    await button(page, /^Get Standard/).click();
    await arrived(page, 55);
    await button(page, 'Pause').click();
    await card(page).getByText('Paused').waitFor();
    site.hub.fault(KEY, { kind: 'stall', after: 1_000 });
    await button(page, 'Resume').click();
    await expect.poll(() => decoderRanges().at(-1)).toMatch(/^bytes=[1-9]\d+-$/);
    await button(page, 'Cancel').click();
    await button(page, /^Get Standard, about/).waitFor();
    await expect.poll(() => keptFiles(page)).toEqual([]);
  });

  it('begins anew when it is asked for while what was cancelled is thrown away', async () => {
    site.hub.fault(KEY, STALLS);
    const page = await visit();
    await button(page, /^Get Standard/).click();
    await arrived(page, 55);
    // What already stalls stays so; what is asked for from here on comes.
    site.hub.heal();
    await button(page, 'Cancel').click();
    await button(page, /^Get Standard/).click();
    await here(page);
  });

  it('is one download for two tabs, and the second takes over when the first is closed', async () => {
    site.hub.fault(KEY, STALLS);
    const first = await visit();
    await button(first, /^Get Standard/).click();
    await arrived(first, 45);
    const second = await openModels();
    await arrived(second, 50);
    expect(decoderRanges()).toHaveLength(1);
    site.hub.heal();
    await first.close();
    await here(second);
    expect(decoderRanges()).toHaveLength(2);
    expect(decoderRanges()[1]).toMatch(/^bytes=[1-9]\d+-$/);
  });
});

describe('a pull that cannot be', () => {
  it('says when the disk is full, and goes on once there is room', async () => {
    const page = await visit();
    const devtools = await visitor.newCDPSession(page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.url, quotaSize: 3_000_000 });
    await button(page, /^Get Standard/).click();
    expect(await alert(page).innerText()).toContain('storage.full');
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.url });
    await button(page, 'Try again').click();
    await here(page);
  });

  it('refuses a file that arrives damaged, and takes a whole one', async () => {
    site.hub.fault(KEY, { kind: 'corrupt', varying: true });
    const page = await visit();
    await button(page, /^Get Standard/).click();
    expect(await alert(page).innerText()).toContain('model.damaged');
    expect(await faults(page)).toEqual([]);
    site.hub.heal();
    await button(page, /Download again|Try again/).click();
    await here(page);
  });

  it('says what to do about an address that is none', async () => {
    const page = await openModels();
    await page.getByRole('button', { name: 'Use another address' }).click();
    await page.getByLabel('Address of the host or of a mirror').fill('models.example');
    await page.getByRole('button', { name: 'Use this address' }).click();
    expect(await alert(page).innerText()).toContain('call.invalid');
  });

  it('cannot be used by the page itself: its policy knows no other host', async () => {
    const page = await openModels();
    const reached = page.evaluate((address) => fetch(address).then(() => 'reached'), site.hub.origin);
    await expect(reached).rejects.toThrow('Failed to fetch');
    expect(site.hub.requests).toEqual([]);
  });
});

describe('a pack that is here', () => {
  it('is removed', async () => {
    const page = await pulled();
    await button(page, /^Remove, 4\.4 MB/).click();
    await button(page, /^Get Standard/).waitFor();
    await expect.poll(() => keptFiles(page)).toEqual([]);
  });

  it('is fetched again when a file turns out damaged', async () => {
    const page = await pulled();
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const files = await (
        await (await root.getDirectoryHandle('octavia')).getDirectoryHandle('models')
      ).getDirectoryHandle('files');
      for await (const handle of files.values()) {
        const writer = await (handle as FileSystemFileHandle).createWritable({ keepExistingData: true });
        await writer.write({ type: 'write', position: 5, data: 'x' });
        await writer.close();
        break;
      }
    });
    await button(page, 'Check files').click();
    expect(await alert(page).innerText()).toContain('model.damaged');
    await button(page, 'Download again').click();
    await here(page);
  });

  it('may come from a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'octavia-folder-'));
    for (const [id, files] of Object.entries(FILES)) {
      for (const [path, bytes] of Object.entries(files)) {
        const place = join(folder, 'test', id, path);
        await mkdir(dirname(place), { recursive: true });
        await writeFile(place, bytes);
      }
    }
    const page = await openModels();
    await page.getByLabel('Folder of model files').setInputFiles(folder);
    await here(page);
    expect(await page.getByRole('status').filter({ hasText: 'Installed' }).innerText()).toContain(
      'Test ears',
    );
    expect(site.hub.requests).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

it('is offered where it would serve a job better, and the starter is not held up', async () => {
  const page = await visit();
  await page.goto(site.url);
  await chooseFiles(page, SAMPLE);
  await page.getByLabel('Dub into').selectOption('it');
  await page.getByText('Standard would do this better').waitFor();
  await page.getByText('No installed model translates between these languages').waitFor();
  await page.getByRole('button', { name: 'Get Standard' }).click();
  await page.getByText('Standard would do this better').waitFor({ state: 'detached' });
  await page.getByText('No installed model').waitFor({ state: 'detached' });
  await page.getByText('Memory', { exact: true }).waitFor();
});

/** Names of what is kept or begun. */
function keptFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const models = await (await root.getDirectoryHandle('octavia')).getDirectoryHandle('models');
    const names: string[] = [];
    for (const folder of ['files', 'unfinished']) {
      for await (const name of (await models.getDirectoryHandle(folder, { create: true })).keys()) {
        names.push(name);
      }
    }
    return names;
  });
}
