import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import pg from 'pg';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { answers } from '../support/services/leash.ts';
import { hostServices } from '../support/services/host.ts';
import { ensurePostgres, ensureRedis } from '../support/services/address.ts';

/** Has both started, uses both, and says what must be gone at the end. */
async function useBoth(origin: string): Promise<{ ports: number[]; folder: string }> {
  const [database, redis] = await Promise.all(
    ['postgres', 'redis'].map(async (name) => (await fetch(`${origin}/${name}`)).text()),
  );
  const client = new pg.Client({ connectionString: database! });
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  await client.end();
  const keys = await createClient({ url: redis! }).connect();
  expect(await keys.dbSize()).toBe(0);
  keys.destroy();
  return {
    ports: [database!, redis!].map((url) => Number(new URL(url).port)),
    folder: rows[0]!.data_directory,
  };
}

async function expectNothingLeft({ ports, folder }: { ports: number[]; folder: string }): Promise<void> {
  for (const port of ports) await expect.poll(() => answers(port)).toBe(false);
  await expect.poll(() => existsSync(folder)).toBe(false);
}

describe('the Postgres and Redis of a test run', () => {
  it('are neither on the usual ports nor there when the run has ended', async () => {
    const host = await hostServices();
    const used = await useBoth(host.origin);
    expect(used.ports).not.toContain(5432);
    expect(used.ports).not.toContain(6379);
    await host.stop();
    await expectNothingLeft(used);
  });

  it('are gone when the run was killed', async () => {
    const hostFile = resolve('tests/support/services/host.ts');
    const script = `const { hostServices } = await import('${hostFile}'); console.log((await hostServices()).origin)`;
    const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void run.kill('SIGKILL'));
    const [origin] = (await once(createInterface(run.stdout), 'line')) as [string];
    const used = await useBoth(origin);
    run.kill('SIGKILL');
    await expectNothingLeft(used);
  });

  it('are those that the environment names', async () => {
    vi.stubEnv('OCTAVIA_TEST_DATABASE_URL', 'postgres://elsewhere/db');
    vi.stubEnv('OCTAVIA_TEST_REDIS_URL', 'redis://elsewhere');
    expect(await ensurePostgres()).toBe('postgres://elsewhere/db');
    expect(await ensureRedis()).toBe('redis://elsewhere');
    vi.unstubAllEnvs();
  });
});
