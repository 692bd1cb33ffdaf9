import { Hono } from 'hono';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageSources } from '../../server/site/sources.ts';
import { uploads } from '../../server/db/schema.ts';
import { createSite } from '../../server/site/site.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { fakeClerk } from '../fakes/clerk.ts';
import { listen } from '../fakes/listen.ts';
import { launchChromium } from '../support/page/chromium.ts';
import { tlsSites } from '../support/page/tls-sites.ts';
import { planInCloud } from '../support/page/cloud.ts';
import { BUILD, dubButton, SAMPLE, SAMPLE_SPANISH } from '../support/page/browser.ts';

const PLACES = {
  app: 'https://app.octavia.test',
  api: 'https://clerk.octavia.test',
  accounts: 'https://accounts.octavia.test',
};

let clerk: Awaited<ReturnType<typeof fakeClerk>>;
let cloud: TestCloud;
let browser: Browser;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  clerk = await fakeClerk(PLACES);
  const keys = await listen(clerk.app);
  const test = await withCloud('pglite', {
    publicUrl: PLACES.app,
    clerk: {
      issuer: PLACES.api,
      publishableKey: clerk.publishableKey,
      jwksUrl: `${keys.origin}/.well-known/jwks.json`,
      authorizedParties: [PLACES.app],
    },
  });
  cloud = test.cloud;
  const app = new Hono()
    .route('/', cloud.api)
    .route('/', createSite(BUILD, { sources: pageSources(cloud.config) }));
  const sites = await tlsSites({
    'app.octavia.test': (request) => app.fetch(request),
    'clerk.octavia.test': (request) => clerk.app.fetch(request),
    'accounts.octavia.test': (request) => clerk.app.fetch(request),
  });
  browser = await launchChromium(sites.switches);
  closing.push(() => browser.close(), sites.close, keys.close, test.done);
});

afterAll(async () => {
  for (const close of closing) await close();
});

/** Signs in on Clerk's page, which a link of the page opens. */
async function signIn(page: Page, email: string): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await page.getByRole('link', { name: /^Sign in/ }).click();
  const tab = await opened;
  await tab.getByLabel('Email').fill(email);
  await tab.getByRole('button', { name: 'Continue' }).click();
  await tab.getByText(`Signed in as ${email}`).waitFor();
  return tab;
}

it('signs in beside the chosen file, sends it with that account, and forgets all of it on signing out', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const strangers: string[] = [];
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol === 'https:' && !Object.values(PLACES).includes(origin)) strangers.push(origin);
  });

  await planInCloud(page, PLACES.app, SAMPLE, SAMPLE_SPANISH);
  await dubButton(page).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('accounts.octavia.test').waitFor();
  expect(await dialog.getByRole('button', { name: 'Upload and dub' }).count()).toBe(0);

  const tab = await signIn(page, 'ana@example.com');
  await tab.close();
  await page.bringToFront();
  await dialog.getByText('Signed in as ana@example.com').waitFor();
  await dialog.getByRole('button', { name: 'Upload and dub' }).click();
  await page.getByText('Waiting for a machine in the cloud').first().waitFor();
  const owners = await cloud.services.database.read.select({ owner: uploads.userId }).from(uploads);
  expect(owners).toEqual([{ owner: 'user_ana' }]);

  await page.getByRole('link', { name: 'History' }).click();
  await page.getByRole('link', { name: 'octavia-sample.mp4' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: /^Sign in/ }).waitFor();
  expect(await page.getByRole('link', { name: 'octavia-sample.mp4' }).count()).toBe(0);

  await signIn(page, 'ben@example.com');
  await page.bringToFront();
  await page.getByText('Signed in as ben@example.com').waitFor();
  expect(await page.getByRole('link', { name: 'octavia-sample.mp4' }).count()).toBe(0);
  expect(strangers).toEqual([]);
  await context.close();
});

it('asks Clerk nothing while everything stays on the device', async () => {
  const asked = clerk.calls.length;
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(PLACES.app);
  await page.goto(`${PLACES.app}/jobs`);
  await page.getByText('Nothing here yet').waitFor();
  expect(clerk.calls.length).toBe(asked);
  await context.close();
});

it('says what to do when the session was ended elsewhere', async () => {
  clerk.state.tokenSeconds = 1;
  const context = await browser.newContext();
  const page = await context.newPage();
  await planInCloud(page, PLACES.app, SAMPLE, SAMPLE_SPANISH);
  await dubButton(page).click();
  await (await signIn(page, 'eve@example.com')).close();
  await page.bringToFront();
  await page.getByRole('dialog').getByText('Signed in as eve@example.com').waitFor();
  // The page also asks by itself: it shall not hear of the end before the click.
  const clicked = Promise.withResolvers<void>();
  await page.route('**/tokens?*', (route) => clicked.promise.then(() => route.continue()));
  clerk.revoke();
  await page.getByRole('button', { name: 'Upload and dub' }).click();
  clicked.resolve();
  await page.getByRole('alert').getByText('auth.sign_in').waitFor();
  await context.close();
});
