import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobs, uploads } from '../../server/db/schema.ts';
import { openCloudSite, planInCloud, type CloudSite } from '../support/page/cloud.ts';
import { dubButton, planSample, SAMPLE, stageRunning } from '../support/page/browser.ts';

let site: CloudSite;

beforeAll(async () => {
  site = await openCloudSite();
});
afterAll(() => site.close());

const newPage = async () => (await site.browser.newContext()).newPage();
const read = () => site.cloud.services.database.read;

/** Makes the only job of this device one that clones voices without anybody's consent, as an older page may have. */
async function cloneWithoutConsent(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
      });
    const database = await settled(indexedDB.open('octavia'));
    const store = database.transaction('jobs', 'readwrite').objectStore('jobs');
    const [record] = (await settled(store.getAll())) as { order: Record<string, unknown> }[];
    await settled(store.put({ ...record, order: { ...record?.order, voice: { kind: 'clone' } } }));
    database.close();
  });
  await page.reload();
}

it('a job of the device that clones without consent goes nowhere: the cloud is asked nothing', async () => {
  const page = await newPage();
  const asked: string[] = [];
  await planSample(page, site.url);
  await dubButton(page).click();
  await stageRunning(page, 'Speak the lines');
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Continue in the cloud' }).waitFor();
  await cloneWithoutConsent(page);
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/v1/')) asked.push(request.url());
  });
  await page.getByRole('button', { name: 'Continue in the cloud' }).click();
  await page.getByRole('alert').getByText('policy.consent_required').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(asked).toEqual([]);
  expect(await read().select().from(uploads)).toEqual([]);
  await page.context().close();
});

it('the same file, wished for otherwise, is another job, and each has its own wishes', async () => {
  const page = await newPage();
  for (const [target, voice] of [
    ['es', 0],
    ['fr', 0],
    ['fr', 1],
  ] as const) {
    await planInCloud(page, site.url, SAMPLE);
    await page.getByLabel('Dub into').selectOption(target);
    await page.getByText('More options').click();
    await page.getByLabel('Voice', { exact: true }).selectOption({ index: voice });
    await dubButton(page).click();
    await page.getByRole('button', { name: 'Upload and dub' }).click();
    await page.getByText('Waiting for a machine in the cloud').first().waitFor();
  }
  const made = await read().select().from(jobs);
  expect(made.map(({ wish }) => `${wish.target} ${wish.voice.kind}`).sort()).toEqual([
    'es match',
    'fr match',
    'fr preset',
  ]);
  await page.context().close();
});
