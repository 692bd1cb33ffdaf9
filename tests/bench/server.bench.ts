import { rm } from 'node:fs/promises';
import { hostServices } from '../support/services/host.ts';
import { ensurePostgres, ensureRedis, useServices } from '../support/services/address.ts';
import type { Bench, Measure } from './measure.ts';
import { measureKills } from './server/kills.ts';
import { measureLoad } from './server/load.ts';
import { measureStreams } from './server/streams.ts';
import { measureThroughput } from './server/throughput.ts';
import { MODES, openCloudProcess, type Mode } from './server/cloud-process.ts';

/** Limits that load from one machine does not meet. */
const ROOMY = { OCTAVIA_USER_JOBS: '1000', OCTAVIA_USER_UPLOADS: '1000', OCTAVIA_LOG: 'warn' };

/** Postgres and Redis are measured where they can be had. */
async function modesAtHand(): Promise<{ modes: readonly Mode[]; note: string }> {
  try {
    await Promise.all([ensurePostgres(), ensureRedis()]);
    return { modes: MODES, note: MODES.join('; ') };
  } catch (error) {
    return { modes: ['embedded'], note: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The cloud's server as a process of its own, in both forms: as `npm start` runs it, and with Postgres and Redis.
 * Needs the built page. Clients, workers and load come from other processes of the same machine.
 */
export const bench: Bench = async (signal) => {
  const host = await hostServices();
  useServices(host.origin);
  try {
    return await measureForms(signal);
  } finally {
    await host.stop();
  }
};

async function measureForms(signal: AbortSignal): Promise<Measure[]> {
  const { modes, note } = await modesAtHand();
  const measures: Measure[] = [{ name: 'forms measured', value: modes.length, unit: 'of 2', note }];
  for (const mode of modes) {
    for (const part of [measureThroughput, measureStreams, measureLoad, measureKills]) {
      signal.throwIfAborted();
      const cloud = await openCloudProcess(mode, ['--workers', '0'], {
        ...ROOMY,
        // Long enough for streams to be opened in peace, short where workers die.
        OCTAVIA_LEASE_SECONDS: part === measureKills ? '5' : '600',
      });
      try {
        const found = await part(cloud, signal);
        measures.push(...found.map((one) => ({ ...one, name: `${one.name}, ${mode}` })));
      } finally {
        await cloud.close();
        await rm(cloud.folder, { recursive: true, force: true });
      }
    }
  }
  return measures;
}
