import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  dubButton,
  finished,
  openSite,
  planSample,
  stageRunning,
  type Site,
} from '../support/page/browser.ts';

let site: Site;
let page: Page;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.close());

beforeEach(async () => {
  page = await (await site.browser.newContext()).newPage();
});

afterEach(() => page.context().close());

/**
 * Stops the job as soon as it has reached a stage. How often the page's own loop turns, at 5 ms or more a turn, from the
 * click on Stop until the page says that it stopped: 200 are a second, and longer where other programs hold the processor.
 */
async function turnsToStop(stage: string): Promise<number> {
  return page.evaluate(async (title) => {
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
    const reached = () =>
      [...document.querySelectorAll<HTMLElement>('li[data-state="running"], li[data-state="done"]')].some(
        ({ innerText }) => innerText.includes(title),
      );
    while (!reached()) await turn();
    const button = [...document.querySelectorAll('button')].find(
      ({ innerText }) => innerText.trim() === 'Stop',
    );
    button?.click();
    let turns = 0;
    for (; document.querySelector('[aria-label="Paused"]') === null && turns < 4_000; turns++) await turn();
    return turns;
  }, stage);
}

describe('Stop', () => {
  it.each(['Open the file', 'Find speech', 'Speak the lines', 'Mix the sound', 'Write the file'])(
    'stops within a second at "%s", and the job can be resumed',
    async (stage) => {
      await planSample(page, site.url);
      await dubButton(page).click();
      expect(await turnsToStop(stage)).toBeLessThan(200);
      await page.getByText('Stopped.').waitFor();
      await page.getByRole('button', { name: 'Resume' }).click();
      await finished(page);
    },
  );

  it('takes a job that waits out of the queue and leaves the running one alone', async () => {
    await planSample(page, site.url);
    await dubButton(page).click();
    await page.getByRole('button', { name: 'Queue another' }).click();
    await planSampleAgain();
    await dubButton(page).click();
    const working = page.getByRole('region', { name: 'Working' });
    await working.getByText('Waiting for the previous job').waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(2);
    await working.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped.').waitFor();
    await page.getByRole('region', { name: 'Other jobs' }).getByRole('link').click();
    await finished(page);
  });

  async function planSampleAgain(): Promise<void> {
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await page.getByText('Memory', { exact: true }).waitFor();
  }
});

describe('a closed tab', () => {
  it('leaves a job that says it was interrupted and goes on from there', async () => {
    await planSample(page, site.url);
    await dubButton(page).click();
    await stageRunning(page, 'Speak the lines');
    await page.reload();
    await page.getByText('This job was interrupted').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await finished(page);
  });
});
