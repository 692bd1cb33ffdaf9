import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys } from '../../../server/identity/keys.ts';
import { scratchDatabase, scratchRedis } from '../../support/cloud/server.ts';
import { isReady, startServe, type Served } from '../../support/cli/serve.ts';
import { until } from '../../support/patience.ts';

export const MODES = ['embedded', 'Postgres and Redis'] as const;
export type Mode = (typeof MODES)[number];

/** `octavia serve --cloud` as a process of its own, in a new folder. */
export interface CloudProcess {
  readonly served: Served;
  readonly origin: string;
  readonly folder: string;
  readonly workerKey: Uint8Array;
  /** Where its tasks are announced, if not in its database. */
  readonly redis: { readonly redisUrl: string; readonly redisPrefix: string } | undefined;
  /** Resident memory of the process in MB (Linux). */
  memory(what?: 'VmRSS' | 'VmHWM'): number;
  /** Time that its threads have spent on a processor so far (Linux: proc(5), fields 14 and 15, ticks of 10 ms). */
  processorSeconds(): number;
  close(): Promise<void>;
}

/**
 * @param args more of the command line
 * @param settings environment variables
 */
export async function openCloudProcess(
  mode: Mode,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<CloudProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-bench-'));
  const production = mode === 'embedded' ? undefined : await productionParts();
  const env = { ...settings, OCTAVIA_DATA: folder, ...production?.env };
  const served = await startServe(['--cloud', ...args], env);
  await until('ready', () => isReady(served.origin));
  const status = () => readFileSync(`/proc/${served.child.pid}/status`, 'utf8');
  return {
    served,
    origin: served.origin,
    folder,
    workerKey: (await openKeys(join(folder, 'keys'))).worker,
    redis: production?.redis,
    memory: (what = 'VmRSS') => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status())?.[1]) / 1000,
    processorSeconds() {
      const fields = readFileSync(`/proc/${served.child.pid}/stat`, 'utf8').split(' ');
      return (Number(fields[13]) + Number(fields[14])) / 100;
    },
    async close() {
      served.child.kill('SIGTERM');
      await served.ended;
      await production?.drop();
    },
  };
}

async function productionParts() {
  const { url: databaseUrl, drop } = await scratchDatabase();
  const { url: redisUrl, prefix: redisPrefix } = await scratchRedis();
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, OCTAVIA_REDIS_PREFIX: redisPrefix };
  return { env, drop, redis: { redisUrl, redisPrefix } };
}
