import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Changes } from '../support/cloud/server.ts';
import { bunnyStorageAt, bunnyStreamAt, fakeBunny } from '../fakes/bunny.ts';
import { fakeS3, S3 } from '../fakes/s3.ts';
import { openCloudSite, planInCloud, type CloudSite } from '../support/page/cloud.ts';
import { finishWithSample } from '../support/cloud/finished-job.ts';
import { dubButton, finished, result, SAMPLE, SAMPLE_SPANISH } from '../support/page/browser.ts';

/** Storage on origins of its own, as in production. */
interface Elsewhere {
  readonly changes: Changes;
  /** Origins of the dubbed file and of what was uploaded. */
  readonly results: string;
  readonly originals: string;
  /** Told where the page's server is. */
  listening?(url: string): void;
  close(): Promise<void>;
}

const places: Record<string, () => Promise<Elsewhere>> = {
  async S3() {
    const fake = await fakeS3();
    const storage = { kind: 's3', ...S3, endpoint: fake.origin } as const;
    return { changes: { storage }, results: fake.origin, originals: fake.origin, close: fake.close };
  },
  async Bunny() {
    const [stream, storage] = [await fakeBunny(), await fakeBunny()];
    return {
      changes: { bunnyStream: bunnyStreamAt(stream.origin), storage: bunnyStorageAt(storage.origin) },
      results: storage.origin,
      originals: stream.origin,
      listening: (url) => (stream.hook.url = `${url}/webhooks/bunnycdn`),
      close: async () => {
        await Promise.all([stream.close(), storage.close()]);
      },
    };
  },
};

let elsewhere: Elsewhere;
let site: CloudSite;
let page: Page;
/** Answers to the media elements, by origin and path. */
const answered: { url: URL; status: number; origin: string | null }[] = [];
const blocked: string[] = [];

const video = () => result(page).locator('video');

describe.each(Object.keys(places))('a result that lies at %s', (name) => {
  beforeAll(async () => {
    elsewhere = await places[name]!();
    site = await openCloudSite(elsewhere.changes);
    elsewhere.listening?.(site.url);
    page = await (await site.browser.newContext()).newPage();
    page.on('response', (response) => {
      void response
        .headerValue('access-control-allow-origin')
        .then((origin) => answered.push({ url: new URL(response.url()), status: response.status(), origin }));
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      if (/blocked|csp/i.test(why)) blocked.push(`${why} ${request.url()}`);
    });
    await planInCloud(page, site.url, SAMPLE, SAMPLE_SPANISH);
    await dubButton(page).click();
    await page.getByRole('button', { name: 'Upload and dub' }).click();
    await page.getByText('Waiting for a machine in the cloud').first().waitFor();
    await finishWithSample(site.cloud);
    await finished(page);
  });

  afterAll(async () => {
    await site.close();
    await elsewhere.close();
  });

  describe('in the page', playing);
  describe('saved and told', saving);
});

function playing(): void {
  it('is on another origin than the page, which is isolated', async () => {
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const at = await video().evaluate((element: HTMLVideoElement) => new URL(element.currentSrc).origin);
    expect(at).toBe(elsewhere.results);
    expect(at).not.toBe(new URL(site.url).origin);
  });

  it('plays and seeks', async () => {
    await expect
      .poll(() => video().evaluate((element: HTMLVideoElement) => element.duration))
      .toBeCloseTo(25.3, 0);
    const at = await video().evaluate(async (element: HTMLVideoElement) => {
      element.currentTime = 20;
      await new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
      return [element.currentTime, element.videoWidth, element.error];
    });
    expect(at).toEqual([20, 960, null]);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect
      .poll(() => video().evaluate((element: HTMLVideoElement) => element.currentTime))
      .toBeGreaterThan(20.5);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
  });

  it('shows its subtitles', async () => {
    await page.getByRole('button', { name: 'Captions' }).click();
    const shown = () =>
      video().evaluate((element: HTMLVideoElement) => {
        const [track] = element.textTracks;
        return { mode: track?.mode, cues: track?.cues?.length ?? 0 };
      });
    await expect.poll(shown).toEqual({ mode: 'showing', cues: 6 });
  });

  it('lets the original be heard beside it', async () => {
    await page.getByRole('button', { name: 'Original' }).click();
    await expect
      .poll(() =>
        answered.some(
          ({ url, status, origin }) =>
            url.origin === elsewhere.originals &&
            !url.pathname.includes('/results/') &&
            [200, 206].includes(status) &&
            origin === '*',
        ),
      )
      .toBe(true);
  });
}

function saving(): void {
  it('is saved under its own name, and the page stays', async () => {
    const files = { 'Download video': SAMPLE, 'Download subtitles': undefined } as const;
    const names: string[] = [];
    for (const [link, same] of Object.entries(files)) {
      const started = page.waitForEvent('download');
      await page.getByRole('link', { name: link }).click();
      const download = await started;
      names.push(download.suggestedFilename());
      const saved = await readFile(await download.path());
      if (same) expect(saved.equals(await readFile(same))).toBe(true);
      else expect(saved.toString()).toMatch(/^WEBVTT/);
    }
    expect(names).toEqual(['octavia-sample.es.mp4', 'octavia-sample.es.vtt']);
    await result(page).waitFor();
  });

  it('is told to have left the device, whatever the machine that made it has sent', async () => {
    const left = result(page).locator('dl > div').filter({ hasText: 'Left this device' });
    expect(await left.innerText()).toMatch(/The file\s+sent to the cloud/);
  });

  it('was blocked nowhere', () => {
    expect(blocked).toEqual([]);
  });
}
