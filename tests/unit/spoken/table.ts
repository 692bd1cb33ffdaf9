import { describe, expect, it } from 'vitest';
import { spokenForm } from '@octavia/pipeline/language/spoken/index';

/** One test for each line `written | spoken`. */
export function spokenTable(name: string, language: string, table: string): void {
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' | '));
  describe(`what is written in ${name}, spoken`, () => {
    it.each(rows)('%s', (written = '', spoken = '') => {
      expect(spokenForm(written, language)).toBe(spoken);
      // Said once, it is said for good: no figure is left and nothing changes a second time.
      expect(spoken).not.toMatch(/\d/);
    });
  });
}
