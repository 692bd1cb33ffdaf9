import { OctaviaError } from '../errors.ts';
import { bytesInWords } from '../plan/words.ts';
import { announced, type Announced } from './announce.ts';
import type { PullPlatform } from './platform.ts';
import { Meter } from './progress.ts';
import { sideBySide } from './side-by-side.ts';
import { isSafe } from './source.ts';
import type { WantedFile } from './wanted.ts';

/** Room left over: file systems need some to work, and approximate sizes are rounded. */
const SPARE = { share: 0.02, bytes: 64e6 } as const;

/** A file to be fetched. */
export interface Job {
  readonly file: WantedFile;
  readonly announced: Announced | undefined;
}

/**
 * What can be refused before a byte is fetched: hashes that could not be trusted, files that have changed.
 * Errors: `model.untrusted`, `model.changed`.
 */
export async function preflight(
  platform: PullPlatform,
  host: string,
  missing: readonly WantedFile[],
  signal: AbortSignal,
): Promise<Job[]> {
  requireSafe(host, missing);
  const lists = await listsOf(platform, host, missing, signal);
  const jobs = missing.map((file) => ({ file, announced: lists.get(file.key) }));
  for (const job of jobs) requireUnchanged(job, host);
  return jobs;
}

/** "Learned over TLS": a hash that anybody on the way could have made up is worth nothing. */
function requireSafe(host: string, missing: readonly WantedFile[]): void {
  const unknown = missing.find(({ sha256 }) => sha256 === undefined);
  if (unknown === undefined || isSafe(host)) return;
  throw new OctaviaError(
    'model.untrusted',
    `The hash of ${unknown.key} is not known yet, and ${host} is not https. Use https, or a lock file in which the hash is recorded.`,
  );
}

async function listsOf(
  platform: PullPlatform,
  host: string,
  missing: readonly WantedFile[],
  signal: AbortSignal,
): Promise<Map<string, Announced>> {
  const found = new Map<string, Announced>();
  const repos = new Map(missing.map(({ hub }) => [`${hub.repo}@${hub.revision}`, hub]));
  await sideBySide([...repos.values()], signal, async (hub, line) => {
    const list = await announced(platform, host, hub, line);
    for (const { key, path, hub: of } of missing) {
      const entry = of.repo === hub.repo && of.revision === hub.revision ? list.get(path) : undefined;
      if (entry !== undefined) found.set(key, entry);
    }
  });
  return found;
}

/** Nothing of a file is fetched when the host says itself that it has another one. */
function requireUnchanged({ file, announced: said }: Job, host: string): void {
  if (said === undefined || file.sha256 === undefined) return;
  if ((said.sha256 ?? file.sha256) === file.sha256 && said.bytes === file.bytes) return;
  throw new OctaviaError(
    'model.changed',
    `${host} now has another ${file.key} (${said.sha256 ?? `${said.bytes} bytes`}). Nothing was replaced. If the change is meant, remove the file's entry from the lock file and pull again.`,
  );
}

/** Adds up what is to come. Errors: `storage.full` when it cannot end for want of space. */
export async function meterFor(platform: PullPlatform, jobs: readonly Job[]): Promise<Meter> {
  const sizes = jobs.map(({ file, announced: said }) => (file.approximate && said ? said.bytes : file.bytes));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const vague = jobs.some(({ file, announced: said }) => file.approximate && said === undefined);
  const { store } = platform;
  const meter = new Meter(() => platform.now(), total, vague);
  let here = 0;
  for (const { file } of jobs) {
    const bytes = await store.unfinishedBytes(file.name);
    meter.start(file.key, bytes);
    here += bytes;
  }
  const free = await store.freeBytes();
  const needed = Math.max(0, total - here);
  if (needed === 0 || free === undefined || needed * (1 + SPARE.share) + SPARE.bytes <= free) return meter;
  throw new OctaviaError(
    'storage.full',
    `${bytesInWords(needed)} have to be fetched and only ${bytesInWords(free)} are free. Nothing was begun: make room, or remove models you no longer need.`,
  );
}
