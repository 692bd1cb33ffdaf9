/**
 * Pictures of the Models page in its states, two widths and both themes, to be looked at by a person.
 *
 *   node tests/e2e/packs-screenshots.ts FOLDER
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { REVISION } from '../support/models/packs.ts';
import { DECODER, openPacksSite } from '../support/page/packs-site.ts';

const folder = process.argv[2] ?? 'test-results/packs';
const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } } as const;
const KEY = `test/ears@${REVISION}/${DECODER}`;

await mkdir(folder, { recursive: true });
const site = await openPacksSite();

async function states(page: Page, shoot: (state: string) => Promise<void>): Promise<void> {
  const card = page.getByRole('region', { name: 'Standard' });
  await page.goto(`${site.url}/models`);
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await shoot('1-empty');
  await page.getByRole('button', { name: 'Use another address' }).click();
  await page.getByLabel('Address of the host or of a mirror').fill(site.hub.origin);
  await shoot('2-address');
  await page.getByRole('button', { name: 'Use this address' }).click();
  site.hub.fault(KEY, { kind: 'slow', bytesPerSecond: 150_000 });
  await card.getByRole('button', { name: /^Get Standard/ }).click();
  await card.getByText('/s', { exact: false }).first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(3000);
  await shoot('3-fetching');
  await card.getByRole('button', { name: 'Pause' }).click();
  await card.getByText('Paused').waitFor();
  await shoot('4-paused');
  await card.getByRole('button', { name: 'Cancel' }).click();
  site.hub.fault(KEY, { kind: 'corrupt', varying: true });
  await card.getByRole('button', { name: /^Get Standard/ }).click();
  await page.getByRole('alert').waitFor({ timeout: 60_000 });
  await shoot('5-failed');
  site.hub.heal();
  await card.getByRole('button', { name: 'Download again' }).click();
  await card.getByText('On this device').first().waitFor({ timeout: 60_000 });
  await card.locator('summary').click();
  await shoot('6-here');
}

try {
  for (const [size, viewport] of Object.entries(WIDTHS)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await site.browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await visitor.newPage();
      await states(page, async (state) => {
        await page.screenshot({ path: join(folder, `${state}-${size}-${colorScheme}.png`), fullPage: true });
      });
      await visitor.close();
    }
  }
} finally {
  await site.close();
}
