import type { HubSource } from '../catalogue.ts';
import { throwIfAborted } from '../errors.ts';
import { Trouble, unlessStalled, type Patience } from './patience.ts';
import { drop, pieces, request } from './request.ts';
import type { PullPlatform } from './platform.ts';
import { isCommit, listAddress, revisionAddress } from './source.ts';

/** What a hub says about a file before it is fetched. */
export interface Announced {
  readonly bytes: number;
  /** Only for files in large-file storage. */
  readonly sha256?: string;
}

/** Far more than any response about a model repository. */
const LONGEST_ANSWER = 8 * 2 ** 20;

type Timed = Pick<PullPlatform, 'fetch' | 'now' | 'sleep'>;

/** The files of a repository, by path. */
export interface Listing {
  readonly files: ReadonlyMap<string, Announced>;
  /** Complete: a file not listed does not exist. */
  readonly complete: boolean;
}

/**
 * The hub's list of a repository's files: exact sizes, so that space and time are known before the start, and hashes,
 * so that a file damaged in its first transfer is not recorded. Undefined where the host has no such list, like plain
 * mirrors.
 */
export async function announced(
  platform: Timed,
  host: string,
  hub: HubSource,
  patience: Patience,
  signal: AbortSignal,
): Promise<Listing | undefined> {
  const said = await ask(platform, listAddress(host, hub), patience, signal);
  const files = readList(said?.value);
  // The hub splits long lists and says where the rest is.
  return files.size === 0 ? undefined : { files, complete: said?.more !== true };
}

/** The commit a repository's branch is at; undefined where the host does not say. */
export async function commitOf(
  platform: Timed,
  host: string,
  hub: HubSource,
  patience: Patience,
  signal: AbortSignal,
): Promise<string | undefined> {
  const said = await ask(platform, revisionAddress(host, hub), patience, signal);
  const sha = (said?.value as { sha?: unknown } | null | undefined)?.sha;
  return isCommit(sha) ? sha : undefined;
}

/**
 * A response of the hub's API; undefined when there is none, since fetching the files will show what is wrong.
 * @throws Trouble when the host does not answer and there are others to ask
 */
async function ask(
  platform: Timed,
  address: string,
  { stallSeconds, lastResort }: Patience,
  signal: AbortSignal,
): Promise<{ value: unknown; more: boolean } | undefined> {
  try {
    return await unlessStalled(platform, stallSeconds, signal, (line, alive) =>
      read(platform, address, line, alive),
    );
  } catch (thrown) {
    throwIfAborted(signal);
    if (!lastResort && thrown instanceof Trouble) throw thrown;
    return undefined;
  }
}

async function read(
  platform: Timed,
  address: string,
  signal: AbortSignal,
  alive: () => void,
): Promise<{ value: unknown; more: boolean } | undefined> {
  const response = await request(platform.fetch, address, {}, signal);
  if (response.status !== 200) {
    await drop(response);
    return undefined;
  }
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of pieces(response, signal)) {
    alive();
    text += decoder.decode(piece, { stream: true });
    if (text.length > LONGEST_ANSWER) return undefined;
  }
  return { value: JSON.parse(text), more: /rel="next"/.test(response.headers.get('link') ?? '') };
}

/** The format of the hub's API: `[{ type, path, size, oid, lfs?: { oid: SHA-256, size } }]`. */
function readList(list: unknown): Map<string, Announced> {
  const found = new Map<string, Announced>();
  for (const item of Array.isArray(list) ? (list as unknown[]) : []) {
    const { type, path, size, lfs } = item as Partial<Record<'type' | 'path' | 'size' | 'lfs', unknown>>;
    if (type !== 'file' || typeof path !== 'string' || typeof size !== 'number') continue;
    const oid = (lfs as { oid?: unknown } | undefined)?.oid;
    const hash = typeof oid === 'string' && /^[0-9a-f]{64}$/.test(oid) ? { sha256: oid } : {};
    found.set(path, { bytes: size, ...hash });
  }
  return found;
}
