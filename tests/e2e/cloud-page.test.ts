import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { desc } from 'drizzle-orm';
import type { Page, Request } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpoints, uploads } from '../../server/db/schema.ts';
import { openCloudSite, planInCloud, type CloudSite } from '../support/page/cloud.ts';
import {
  dubButton,
  finished,
  planSample,
  result,
  SAMPLE,
  SAMPLE_SPANISH,
  stageRunning,
} from '../support/page/browser.ts';

const MIB = 2 ** 20;
/** Bytes a second that the browser may send: slow enough to cut the line in the middle of a file. */
const SLOW = 8 * MIB;

let folder: string;
let site: CloudSite;
/** The sample with a box of padding behind it (ISO 14496-12, `free`), so that sending it takes seconds. */
let padded: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'octavia-cloud-page-'));
  padded = join(folder, 'talk.mp4');
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + 48 * MIB);
  head.write('free', 4);
  await writeFile(padded, Buffer.concat([await readFile(SAMPLE), head, randomBytes(48 * MIB)]));
  site = await openCloudSite();
});

afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
});

async function openPage(): Promise<{ page: Page; asked: Request[] }> {
  const page = await (await site.browser.newContext()).newPage();
  const asked: Request[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/v1/')) asked.push(request);
  });
  return { page, asked };
}

/** Bounds what the page may send; the browser's own cables are too fast to be cut in time. */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const limits = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: SLOW };
  await session.send('Network.emulateNetworkConditions', limits);
}

const uploadBar = (page: Page) => page.getByRole('progressbar', { name: /^Uploading/ });

async function uploadedPercent(page: Page, percent: number): Promise<void> {
  await expect
    .poll(async () => Number((await uploadBar(page).getAttribute('aria-valuenow')) ?? 0))
    .toBeGreaterThanOrEqual(percent);
}

const hashOf = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

const agree = (page: Page) => page.getByRole('button', { name: 'Upload and dub' }).click();

describe('with "Only on this device" on', () => {
  it('asks the cloud nothing, not even whether it is there', async () => {
    const { page, asked } = await openPage();
    await planSample(page, site.url);
    await dubButton(page).click();
    await finished(page);
    expect(asked).toEqual([]);
    await page.context().close();
  });
});

describe('a job that was begun on the device', () => {
  it('is handed over with what was finished', async () => {
    const { page, asked } = await openPage();
    await planSample(page, site.url);
    await dubButton(page).click();
    await stageRunning(page, 'Speak the lines');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Continue in the cloud' }).click();
    await page.getByRole('dialog').getByText('the text and the spoken lines').waitFor();
    expect(asked.map((request) => new URL(request.url()).pathname)).toEqual(['/v1/offer']);
    await agree(page);
    await page.getByText('Waiting for another machine').waitFor();
    const brought = await site.cloud.services.database.read.select().from(checkpoints);
    expect(brought.map(({ name }) => /\/spans-\w{32}\.json$/.test(name))).toContain(true);
    await page.getByRole('button', { name: 'Stop' }).first().click();
    await page.getByText('The file was not dubbed').waitFor();
    await page.context().close();
  });
});

describe('an upload that is interrupted', () => {
  it('goes on after a reload with the same file, and with no other; then its job can be stopped, tried again and deleted', async () => {
    const { page } = await openPage();
    await planInCloud(page, site.url, padded, SAMPLE_SPANISH);
    await slowDown(page);
    const before = site.line.counted.bytes;
    await dubButton(page).click();
    await agree(page);
    await uploadedPercent(page, 40);
    site.line.hold();
    const reloaded = page.reload();
    site.line.release();
    await reloaded;
    await page.getByText('The page was reloaded').waitFor();
    const again = page.getByLabel('The same file again');
    await again.setInputFiles(SAMPLE);
    await page.getByRole('alert').getByText('cloud.other_file').waitFor();
    await again.setInputFiles(padded);
    await page.getByText('Waiting for a machine in the cloud').first().waitFor();
    expect(site.line.counted.bytes - before).toBeLessThan(49 * MIB * 1.6);
    // The next plan goes by what this upload has achieved.
    const speed = await page.evaluate(() => Number(localStorage.getItem('octavia.upload-speed')));
    expect(speed / SLOW).toBeGreaterThan(0.2);
    expect(speed / SLOW).toBeLessThan(1.5);

    const stop = async () => {
      await page.getByRole('button', { name: 'Stop' }).first().click();
      await page.getByText('The file was not dubbed').waitFor();
    };
    await stop();
    // Without another byte of the file.
    const sent = site.line.counted.bytes;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Waiting for a machine in the cloud').first().waitFor();
    expect(site.line.counted.bytes - sent).toBeLessThan(MIB);
    await stop();
    await page.goto(`${site.url}/jobs`);
    await page.getByRole('button', { name: 'Delete talk.mp4' }).click();
    await expect.poll(() => page.getByRole('link', { name: 'talk.mp4' }).count()).toBe(0);
    await page.context().close();
  });
});

describe('an upload that is paused', () => {
  it('waits while it is paused', async () => {
    const { page } = await openPage();
    await planInCloud(page, site.url, padded, SAMPLE_SPANISH);
    await slowDown(page);
    await dubButton(page).click();
    await agree(page);
    await uploadedPercent(page, 20);
    site.line.hold();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    site.line.release();
    // An upload that went on would be over in six seconds, and its bar gone.
    let at: string | null = null;
    await expect
      .poll(async () => {
        const before = at;
        await page.waitForTimeout(1_500);
        at = await uploadBar(page).getAttribute('aria-valuenow');
        return at === before;
      })
      .toBe(true);
    await page.getByRole('button', { name: 'Continue' }).click();
    await uploadedPercent(page, Number(at) + 10);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await dubButton(page).waitFor();
    await page.context().close();
  });
});

describe('an upload that is cancelled', () => {
  it('takes no place any more, also when no byte of it was sent', async () => {
    const { page } = await openPage();
    await page.route('**/v1/uploads/files/**', () => undefined);
    await planInCloud(page, site.url, padded, SAMPLE_SPANISH);
    await dubButton(page).click();
    await agree(page);
    await uploadBar(page).waitFor();
    const newest = async () => {
      const rows = site.cloud.services.database.read.select().from(uploads);
      return (await rows.orderBy(desc(uploads.createdAt)).limit(1))[0]?.state;
    };
    expect(await newest()).toBe('pending');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(newest).toBe('expired');
    await page.context().close();
  });
});

describe('a file that goes to the cloud', () => {
  let page: Page;
  let asked: Request[];

  beforeAll(async () => {
    ({ page, asked } = await openPage());
  });

  afterAll(() => page.context().close());

  it('is not sent before its owner has agreed', async () => {
    await planInCloud(page, site.url, padded, SAMPLE_SPANISH);
    await dubButton(page).click();
    const consent = page.getByRole('dialog', { name: 'This file will leave your device' });
    await consent.getByText('talk.mp4').waitFor();
    await consent.getByText(new URL(site.url).host).waitFor();
    await consent.getByText('7 days').waitFor();
    expect(asked.map((request) => `${request.method()} ${new URL(request.url()).pathname}`)).toEqual([
      'GET /v1/offer',
    ]);
    expect(asked[0]?.postData()).toBeNull();
    await page.keyboard.press('Escape');
    await consent.waitFor({ state: 'detached' });
    expect(asked).toHaveLength(1);
  });

  it('goes up over a line that is cut three times, without beginning anew', async () => {
    await slowDown(page);
    const before = site.line.counted.bytes;
    await dubButton(page).click();
    await agree(page);
    for (const percent of [15, 45, 70]) {
      await uploadedPercent(page, percent);
      site.line.cut();
    }
    await page.getByRole('progressbar', { name: 'Dubbing talk.mp4' }).waitFor();
    expect(site.line.counted.bytes - before).toBeLessThan(49 * MIB * 1.6);
    const uploads = join(site.cloud.config.folder, 'files', 'uploads');
    const names = await readdir(uploads, { recursive: true });
    const files = names.filter((name) => /[0-9a-f-]{36}$/.test(name)).map((name) => join(uploads, name));
    expect(await Promise.all(files.map(hashOf))).toContain(await hashOf(padded));
  });

  it('is seen being dubbed, live', async () => {
    site.startWorker();
    await page.getByRole('list', { name: 'Lines so far' }).getByText('bienvenidos a bordo').waitFor();
  });

  it('comes back as a video that plays and seeks', async () => {
    await finished(page);
    const video = result(page).locator('video');
    await expect
      .poll(() => video.evaluate((element: HTMLVideoElement) => element.duration))
      .toBeCloseTo(25.3, 0);
    const at = await video.evaluate(async (element: HTMLVideoElement) => {
      element.currentTime = 20;
      await new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
      return [element.currentTime, element.videoWidth, element.error];
    });
    expect(at).toEqual([20, 960, null]);
  });
});
