import { compact } from '../compact.ts';
import { OctaviaError } from '../errors.ts';
import { Arrival } from './arrival.ts';
import { refusalOfSource, type Outcome } from './outcome.ts';
import { Trouble, type Patience } from './patience.ts';
import type { PullPlatform } from './platform.ts';
import { preflight, type FileToFetch } from './preflight.ts';
import { Meter, type PullEvent } from './progress.ts';
import { receive } from './receive.ts';
import { requireRoom } from './room.ts';
import { sideBySide } from './side-by-side.ts';
import type { HubFile } from './wanted.ts';

export interface HostPull {
  readonly platform: PullPlatform;
  /** Address of the hub or of a mirror with the same layout. */
  readonly host: string;
  readonly patience: Patience;
  readonly onEvent: (event: PullEvent) => void;
}

/** Fetches files from a host: a problem with one model does not stop the others. */
export async function fromHost(
  pulling: HostPull,
  files: readonly HubFile[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { platform, host, patience } = pulling;
  const none = { fetched: 0, bytes: 0, learned: [] };
  try {
    const { jobs, refused } = await preflight(platform, host, files, patience, signal);
    const meter = await meterFor(platform, jobs);
    const done = await sideBySide(jobs, signal, async (job, line) => {
      const { id } = job.file.model;
      if (refused.has(id)) return { bytes: 0, learned: [] };
      try {
        return await fetchOne({ ...pulling, meter }, job, line);
      } catch (thrown) {
        const error = refusalOfSource(thrown, line);
        // A host that is down is down for all of them.
        const affected = error.code === 'model.unreachable' ? jobs.map(({ file }) => file.model.id) : [id];
        for (const each of affected) if (!refused.has(each)) refused.set(each, error);
        return { bytes: 0, learned: [] };
      }
    });
    return {
      fetched: done.filter(({ bytes }) => bytes > 0).length,
      bytes: done.reduce((sum, { bytes }) => sum + bytes, 0),
      learned: done.flatMap(({ learned }) => learned),
      refused,
    };
  } catch (thrown) {
    if (!(thrown instanceof Trouble)) throw thrown;
    const error = new OctaviaError('model.unreachable', thrown.message, { cause: thrown });
    return { ...none, refused: new Map(files.map(({ model }) => [model.id, error])) };
  }
}

/** Adds up what has to be fetched. Errors: `storage.full` when there is not enough space. */
async function meterFor(platform: PullPlatform, jobs: readonly FileToFetch[]): Promise<Meter> {
  const sizes = jobs.map(({ file, announced: said }) => (file.approximate && said ? said.bytes : file.bytes));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const vague = jobs.some(({ file, announced: said }) => file.approximate && said === undefined);
  const meter = new Meter(() => platform.now(), total, vague);
  let here = 0;
  for (const { file } of jobs) {
    const bytes = await platform.store.unfinishedBytes(file.name);
    meter.start(file.key, bytes);
    here += bytes;
  }
  await requireRoom(platform, total - here);
  return meter;
}

async function fetchOne(
  { platform, host, patience, meter, onEvent }: HostPull & { readonly meter: Meter },
  { file, announced: said, commit }: FileToFetch,
  signal: AbortSignal,
): Promise<{ bytes: number; learned: string[] }> {
  const { store, lock } = platform;
  const tell = (state: 'waiting' | 'fetching' | 'retrying' | 'done', reason?: string) => {
    const { model, path } = file;
    onEvent({ type: 'file', model: model.id, path, state, ...compact({ reason }) });
    onEvent({ type: 'progress', ...meter.read() });
  };
  const onBytes = (bytes: number) => {
    meter.set(file.key, bytes);
    onEvent({ type: 'progress', ...meter.read() });
  };
  const unfinished = await store.open(file.name, signal, () => tell('waiting'));
  try {
    // Its previous holder may have finished it.
    const sha256 = file.sha256 ?? (await lock.read()).files[file.key]?.sha256;
    const there = sha256 === undefined ? undefined : await store.size(sha256);
    if (there === undefined) {
      tell('fetching');
      const arrival = await Arrival.resume(platform, unfinished, signal);
      const before = arrival.bytes;
      const onTrouble = (reason: string) => tell('retrying', reason);
      const source = { host, file, announced: said, commit, patience, onBytes, onTrouble };
      const pin = await receive(platform, source, arrival, signal);
      // Recorded first: a kept file without a record would belong to nobody.
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
