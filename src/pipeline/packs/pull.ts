import type { ModelEntry } from '../catalogue.ts';
import { toOctaviaError } from '../errors.ts';
import { Arrival } from './arrival.ts';
import { dropDamaged } from './check.ts';
import { PATIENCE, type Patience } from './patience.ts';
import type { PullPlatform } from './platform.ts';
import { meterFor, preflight, type Job } from './preflight.ts';
import type { Meter, PullEvent } from './progress.ts';
import { receive } from './receive.ts';
import { sideBySide } from './side-by-side.ts';
import { HUB_HOST } from './source.ts';
import { wantedFiles } from './wanted.ts';

export interface PullOptions {
  /** Address of the hub or of a mirror with the same layout. */
  readonly host?: string;
  readonly patience?: Patience;
}

export interface Pulled {
  /** Files fetched, and those that were here before. */
  readonly fetched: number;
  readonly kept: number;
  /** Bytes that came over the line. */
  readonly bytes: number;
  /** Names, in the lock, of files that were recorded for the first time. */
  readonly learned: readonly string[];
}

/**
 * Fetches the files of hub models that are not here. What has arrived stays, whole files and begun ones: an
 * abort is a pause, and the same call goes on from there.
 * Errors: `model.changed|damaged|unavailable|unreachable|untrusted`, `catalogue.invalid`, `storage.full|failed`,
 * `job.cancelled`.
 */
export async function pull(
  models: readonly ModelEntry[],
  platform: PullPlatform,
  { host = HUB_HOST, patience = PATIENCE }: PullOptions,
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): Promise<Pulled> {
  try {
    const wanted = wantedFiles(models, await platform.lock.read());
    const missing = await dropDamaged(platform, wanted, signal, onEvent);
    const jobs = await preflight(platform, host, missing, signal);
    const meter = await meterFor(platform, jobs);
    const pulling = { platform, host, patience, meter, onEvent };
    const done = await sideBySide(jobs, signal, (job, line) => fetchOne(pulling, job, line));
    return {
      fetched: done.filter(({ bytes }) => bytes > 0).length,
      kept: wanted.length - missing.length,
      bytes: done.reduce((sum, { bytes }) => sum + bytes, 0),
      learned: done.flatMap(({ learned }) => learned),
    };
  } catch (thrown) {
    throw toOctaviaError(thrown, signal);
  }
}

interface Pulling {
  readonly platform: PullPlatform;
  readonly host: string;
  readonly patience: Patience;
  readonly meter: Meter;
  readonly onEvent: (event: PullEvent) => void;
}

async function fetchOne(
  { platform, host, patience, meter, onEvent }: Pulling,
  { file, announced: said, commit }: Job,
  signal: AbortSignal,
): Promise<{ bytes: number; learned: string[] }> {
  const { store, lock } = platform;
  const tell = (state: 'waiting' | 'fetching' | 'retrying' | 'done', reason?: string) => {
    const { model, path } = file;
    onEvent({ type: 'file', model: model.id, path, state, ...(reason === undefined ? {} : { reason }) });
    onEvent({ type: 'progress', ...meter.read() });
  };
  const onBytes = (bytes: number) => {
    meter.set(file.key, bytes);
    onEvent({ type: 'progress', ...meter.read() });
  };
  const unfinished = await store.open(file.name, signal, () => tell('waiting'));
  try {
    // Whoever held it may have finished it.
    const sha256 = file.sha256 ?? (await lock.read()).files[file.key]?.sha256;
    const there = sha256 === undefined ? undefined : await store.size(sha256);
    if (there === undefined) {
      tell('fetching');
      const arrival = await Arrival.resume(platform, unfinished, signal);
      const before = arrival.bytes;
      const onTrouble = (reason: string) => tell('retrying', reason);
      const source = { host, file, announced: said, commit, patience, onBytes, onTrouble };
      const pin = await receive(platform, source, arrival, signal);
      // Recorded first: a file that is kept but not recorded would be nobody's.
      if (file.sha256 === undefined) await lock.pin({ [file.key]: pin });
      await unfinished.commit(pin.sha256);
      tell('done');
      const learned = file.sha256 === undefined ? [file.key] : [];
      return { bytes: Math.max(0, pin.bytes - before), learned };
    }
    meter.set(file.key, there);
    tell('done');
    return { bytes: 0, learned: [] };
  } finally {
    await unfinished.close();
  }
}
