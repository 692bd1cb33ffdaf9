import axeCore from 'axe-core';
import type { Page } from 'playwright';

/** What axe finds, in words: rule and element. */
export async function faults(page: Page): Promise<string[]> {
  // Through the debugger: the page's policy forbids scripts from elsewhere.
  await page.evaluate(axeCore.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}
