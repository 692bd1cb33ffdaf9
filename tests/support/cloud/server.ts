import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { openCloud, type Cloud } from '../../../server/cloud.ts';
import { readConfig, type CloudConfig } from '../../../server/settings/config.ts';
import { openDatabase } from '../../../server/db/connect.ts';
import { ensurePostgres, ensureRedis } from '../services/address.ts';

/** Deep enough for what the tests change. */
export type Changes = Omit<Partial<CloudConfig>, 'limits' | 'timing'> & {
  limits?: Partial<CloudConfig['limits']>;
  timing?: Partial<CloudConfig['timing']>;
};

export interface TestCloud extends Cloud {
  readonly config: CloudConfig;
  /** Closes it and opens it again on the same data. */
  restart(): Promise<void>;
}

/** Tests choose their moments themselves, so the loops hardly ever run by themselves. */
const QUIET = { sweepEvery: 3600, relayEvery: 3600 };

export async function testFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'octavia-cloud-'));
}

/** A database of its own on the real Postgres, dropped by `drop`. */
export async function scratchDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = await ensurePostgres();
  const name = `octavia_test_${randomUUID().replaceAll('-', '')}`;
  const run = async (text: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The real Redis, and a prefix that no other run uses. */
export async function scratchRedis(): Promise<{ url: string; prefix: string }> {
  return { url: await ensureRedis(), prefix: `octavia-test-${randomUUID()}` };
}

async function openTestCloud(changes: Changes = {}): Promise<TestCloud> {
  const folder = changes.folder ?? (await testFolder());
  const base = readConfig({ OCTAVIA_DATA: folder });
  const config: CloudConfig = {
    ...base,
    ...changes,
    folder,
    limits: { ...base.limits, ...changes.limits },
    timing: { ...base.timing, ...QUIET, ...changes.timing },
  };
  return open(config);
}

async function open(config: CloudConfig): Promise<TestCloud> {
  const start = () => openCloud(config, pino({ level: process.env['OCTAVIA_TEST_LOG'] ?? 'silent' }));
  const test: TestCloud = {
    ...(await start()),
    config,
    async restart() {
      await test.close();
      Object.assign(test, await start());
    },
  };
  return test;
}

/** An embedded database with empty tables, made once for these migrations: making one takes seconds. */
async function embeddedTemplate(): Promise<string> {
  const migrations = resolve('server/db/migrations');
  const hash = createHash('sha256');
  for (const name of (await readdir(migrations)).sort()) hash.update(await readFile(join(migrations, name)));
  const folder = resolve('.octavia/tests');
  const template = join(folder, `pglite-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(template)) return template;
  const made = join(folder, `.pglite-${randomUUID()}`);
  await mkdir(made, { recursive: true });
  await (await openDatabase({ folder: made })).close();
  // Another test file may have been quicker.
  await rename(made, template).catch(() => rm(made, { recursive: true, force: true }));
  return template;
}

/** Postgres when it is asked for, a folder of its own, and both gone afterwards. */
export async function withCloud(
  kind: 'postgres' | 'pglite',
  changes: Changes = {},
): Promise<{ cloud: TestCloud; done: () => Promise<void> }> {
  const scratch = kind === 'postgres' ? await scratchDatabase() : undefined;
  const folder = await testFolder();
  if (kind === 'pglite') await cp(await embeddedTemplate(), join(folder, 'database'), { recursive: true });
  const cloud = await openTestCloud({ ...changes, folder, databaseUrl: scratch?.url });
  return {
    cloud,
    async done() {
      await cloud.close();
      await scratch?.drop();
      await rm(cloud.config.folder, { recursive: true, force: true });
    },
  };
}
