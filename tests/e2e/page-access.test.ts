import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../support/page/faults.ts';
import {
  dubButton,
  finished,
  openSite,
  planSample,
  stageRunning,
  type Site,
} from '../support/page/browser.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.close());

describe.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
] as const)('axe, $colorScheme at $width px', ({ colorScheme, width }) => {
  let page: Page;

  beforeAll(async () => {
    const viewport = { width, height: 850 };
    page = await (
      await site.browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })
    ).newPage();
  });

  afterAll(() => page.context().close());

  it('finds nothing in the four states', async () => {
    await page.goto(site.url);
    expect(await faults(page)).toEqual([]);
    await planSample(page, site.url);
    await page.getByText('More options').click();
    expect(await faults(page)).toEqual([]);
    await dubButton(page).click();
    await stageRunning(page, 'Find speech');
    expect(await faults(page)).toEqual([]);
    await finished(page);
    await page.getByRole('button', { name: 'Report' }).click();
    expect(await faults(page)).toEqual([]);
  });

  it.each(['jobs', 'models', 'privacy', 'embed', 'embedding'])('finds nothing on /%s', async (path) => {
    await page.goto(`${site.url}/${path}`);
    expect(await faults(page)).toEqual([]);
  });

  it('never scrolls sideways', async () => {
    for (const path of ['', 'jobs', 'models', 'privacy', 'embed', 'embedding']) {
      await page.goto(`${site.url}/${path}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over, `/${path}`).toBeLessThanOrEqual(0);
    }
  });
});

describe('the keyboard alone', () => {
  it('dubs the sample and switches the sound', async () => {
    const page = await (await site.browser.newContext()).newPage();
    await page.goto(site.url);
    await page.locator('html[data-ready]').waitFor({ state: 'attached' });
    await tabTo(page, 'Try the sample');
    await page.keyboard.press('Enter');
    await page.getByText('Memory', { exact: true }).waitFor();
    await tabTo(page, 'Dub');
    await page.keyboard.press('Enter');
    await finished(page);
    await tabTo(page, 'Original');
    await page.keyboard.press('Space');
    expect(await page.getByRole('button', { name: 'Original' }).getAttribute('aria-pressed')).toBe('true');
    await page.context().close();
  });

  /** Presses Tab until the focused element has this name. */
  async function tabTo(page: Page, name: string): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      if (
        (await page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText.trim())) === name
      )
        return;
    }
    throw new Error(`Tab never reached "${name}".`);
  }
});

it('weighs at most 250 KB before the first drop', async () => {
  const page = await (await site.browser.newContext()).newPage();
  await page.goto(site.url, { waitUntil: 'networkidle' });
  const bytes = await page.evaluate(() =>
    [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
      .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize)
      .reduce((sum, size) => sum + size, 0),
  );
  expect(bytes).toBeGreaterThan(20_000);
  expect(bytes).toBeLessThan(250_000);
  await page.context().close();
});
