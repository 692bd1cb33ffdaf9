import { OctaviaError } from '../errors.ts';
import { announced, commitOf, type Announced, type Listing } from './announce.ts';
import { refusalOfSource } from './outcome.ts';
import type { Patience } from './patience.ts';
import type { PullPlatform } from './platform.ts';
import { sideBySide } from './side-by-side.ts';
import { isCommit, isSafe } from './source.ts';
import type { HubFile } from './wanted.ts';

/** A file to be fetched. */
export interface FileToFetch {
  readonly file: HubFile;
  readonly announced: Announced | undefined;
  /** The commit to ask for, where the catalogue names a branch and the commit is known. */
  readonly commit: string | undefined;
}

/** Files to be fetched, and models that were refused as a whole, by id. */
export interface Plan {
  readonly jobs: readonly FileToFetch[];
  readonly refused: Map<string, OctaviaError>;
}

/**
 * Refuses what it can before a byte is fetched: hashes that could not be trusted, files that are missing or have
 * changed, a catalogue that lacks some of a model's weights. A model is refused as a whole, without affecting the
 * others. Refusals: `model.untrusted`, `model.changed`, `model.unavailable`, `catalogue.invalid`.
 * @throws Trouble when the host does not answer
 */
export async function preflight(
  platform: PullPlatform,
  host: string,
  missing: readonly HubFile[],
  patience: Patience,
  signal: AbortSignal,
): Promise<Plan> {
  const refused = new Map<string, OctaviaError>();
  const known = await askAbout(platform, host, missing, patience, signal);
  const jobs: FileToFetch[] = [];
  for (const file of missing) {
    const { listing, commit } = known.get(nameOf(file)) ?? {};
    const job = { file, announced: listing?.files.get(file.path), commit };
    try {
      requireSafe(host, file);
      if (listing?.complete === true && job.announced === undefined) throw absent(file, host);
      if (listing !== undefined) requireWeights(file, listing);
      requireUnchanged(job, host);
      jobs.push(job);
    } catch (thrown) {
      const { id } = file.model;
      if (!refused.has(id)) refused.set(id, refusalOfSource(thrown, signal));
    }
  }
  return { jobs: jobs.filter(({ file }) => !refused.has(file.model.id)), refused };
}

/** A new hash must come over TLS: otherwise anybody on the way could have made it up. */
function requireSafe(host: string, { key, sha256 }: HubFile): void {
  if (sha256 !== undefined || isSafe(host)) return;
  throw new OctaviaError(
    'model.untrusted',
    `The hash of ${key} is not known yet, and ${host} is not https. Use https, or a lock file in which the hash is recorded.`,
  );
}

interface Known {
  readonly listing: Listing | undefined;
  readonly commit: string | undefined;
}

/** What the host says about each repository at the commit in the lock, or else the branch's current one. */
async function askAbout(
  platform: PullPlatform,
  host: string,
  missing: readonly HubFile[],
  patience: Patience,
  signal: AbortSignal,
): Promise<Map<string, Known>> {
  const repos = new Map(missing.map((file) => [nameOf(file), file]));
  const known = await sideBySide([...repos], signal, async ([name, { hub }], line) => {
    const branch = isCommit(hub.revision) ? undefined : hub;
    const commit = branch && (hub.commit ?? (await commitOf(platform, host, branch, patience, line)));
    const at = { ...hub, revision: commit ?? hub.revision };
    const listing = await announced(platform, host, at, patience, line);
    return [name, { listing, commit }] as const;
  });
  return new Map(known);
}

function nameOf({ hub }: HubFile): string {
  return `${hub.repo}@${hub.revision}`;
}

function absent({ key }: HubFile, host: string): OctaviaError {
  return new OctaviaError(
    'model.unavailable',
    `${host} does not list ${key}. Nothing was fetched: the catalogue is wrong, or the host lacks the file. Try another host, or import the files from a folder.`,
  );
}

/** A graph without its separate weights would not open anywhere. */
function requireWeights({ model, hub, path: graph }: HubFile, { files }: Listing): void {
  if (model.graphs?.[graph] === undefined) return;
  const listed = new Set(model.files.map(({ path }) => path));
  const beside = [...files.keys()].filter((path) => /^[._]data(_\d+)?$/.test(after(path, graph)));
  const lost = beside.find((path) => !listed.has(path));
  if (lost === undefined) return;
  throw new OctaviaError(
    'catalogue.invalid',
    `The weights of ${graph} are in ${lost} of ${hub.repo}, which the entry "${model.id}" does not name. Nothing was fetched.`,
  );
}

function after(path: string, start: string): string {
  return path.startsWith(start) ? path.slice(start.length) : '';
}

/** Nothing is fetched when the host itself says that it has a different file. */
function requireUnchanged({ file, announced: said }: Omit<FileToFetch, 'commit'>, host: string): void {
  if (said === undefined || file.sha256 === undefined) return;
  if ((said.sha256 ?? file.sha256) === file.sha256 && said.bytes === file.bytes) return;
  throw new OctaviaError(
    'model.changed',
    `${host} now has a different ${file.key} (${said.sha256 ?? `${said.bytes} bytes`}). Nothing was replaced. If the change is meant, remove the file's entry from the lock file and pull again.`,
  );
}
