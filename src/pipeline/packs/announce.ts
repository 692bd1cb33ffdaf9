import type { HubSource } from '../catalogue.ts';
import { throwIfAborted } from '../errors.ts';
import { drop, pieces, request } from './request.ts';
import type { PullPlatform } from './platform.ts';
import { listAddress } from './source.ts';

/** What a hub says of a file before it is fetched. */
export interface Announced {
  readonly bytes: number;
  /** Of files in large-file storage only. */
  readonly sha256?: string;
}

/** No list of a model repository is anywhere near as long. */
const LONGEST_LIST = 8 * 2 ** 20;

/**
 * The hub's list of a repository's files, by path: exact sizes, so that space and time can be told before
 * the start, and hashes, so that a file damaged on its first way here is not recorded.
 * Empty where the host has no such list, as plain mirrors do not.
 */
export async function announced(
  platform: Pick<PullPlatform, 'fetch'>,
  host: string,
  hub: HubSource,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Announced>> {
  try {
    const response = await request(platform.fetch, listAddress(host, hub), {}, signal);
    if (response.status !== 200) {
      await drop(response);
      return new Map();
    }
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of pieces(response, signal)) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > LONGEST_LIST) return new Map();
    }
    return readList(JSON.parse(text));
  } catch {
    // The files themselves will tell what is wrong with the host.
    throwIfAborted(signal);
    return new Map();
  }
}

/** As the hub's API has it: `[{ type, path, size, oid, lfs?: { oid: SHA-256, size } }]`. */
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
