import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { CLI_SETTINGS, settings } from '../../gpu-worker/settings/settings.ts';
import { readConfig } from '../../server/settings/config.ts';
import type { Settings } from '../../server/settings/setting.ts';
import { SERVER_SETTINGS } from '../../server/settings/table.ts';

const PAGE = new URL('../../docs/configuration.md', import.meta.url).pathname;

function tableOf(settings: Settings): string {
  const rows = Object.entries(settings).map(
    ([name, { about, byDefault, unit }]) => `| \`${name}\` | ${byDefault} | ${unit} | ${about} |`,
  );
  return ['| variable | default | unit | what it does |', '| - | - | - | - |', ...rows].join('\n');
}

/** `npx vitest run --project unit tests/unit/settings.test.ts -u` rewrites the page. */
it('docs/configuration.md says what the tables say', async () => {
  const page = [
    '# Configuration',
    'Octavia is set up with environment variables, all optional. An empty one counts as not set.',
    'Numbers must be above 0; fractions are allowed. A group of storage, upload or sign-in variables counts as set',
    'when its first one is.',
    '',
    '## Server',
    'Read by `octavia serve`. A worker reads `OCTAVIA_DATA`, `OCTAVIA_WORKER_SECRET`, `REDIS_URL` and',
    '`OCTAVIA_REDIS_PREFIX` too.',
    '',
    tableOf(SERVER_SETTINGS),
    '',
    '## Command line and models',
    '',
    tableOf(CLI_SETTINGS),
  ].join('\n');
  const options = { ...(await resolveConfig(PAGE)), parser: 'markdown' };
  await expect(await format(page, options)).toMatchFileSnapshot(PAGE);
});

it('a number that is none names its variable, and an empty value counts as not set', () => {
  expect(() => readConfig({ OCTAVIA_KEEP_DAYS: 'week' })).toThrow(
    'OCTAVIA_KEEP_DAYS must be a number above 0, not "week".',
  );
  const set = readConfig({ OCTAVIA_KEEP_DAYS: '', DATABASE_URL: '', OCTAVIA_LEASE_SECONDS: '0.5' });
  expect(set.timing).toMatchObject({ keepFiles: 7 * 24 * 3600, lease: 0.5 });
  expect(set.databaseUrl).toBeUndefined();
});

it('what is done unless it is turned off is turned off by `none` alone', () => {
  expect(settings({})).toMatchObject({ OCTAVIA_FETCH: true, OCTAVIA_PACKAGES: true });
  expect(settings({ OCTAVIA_FETCH: 'none' })).toMatchObject({ OCTAVIA_FETCH: false, OCTAVIA_PACKAGES: true });
});
