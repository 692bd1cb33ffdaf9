import { modelFilePath, type ModelEntry, type ModelFile } from '@octavia/pipeline/catalogue';
import { OctaviaError, throwIfAborted, toOctaviaError } from '@octavia/pipeline/errors';
import type { ModelFiles } from '@octavia/pipeline/ports';

const CACHE = 'octavia-models';

/** Address of a model's file, on our own origin; the hash in it makes it immutable. */
export function modelAddress(model: ModelEntry, file: ModelFile): string {
  return new URL(`/models/${modelFilePath(model, file)}`, globalThis.location.origin).href;
}

/**
 * Model files from our own origin, checked against the catalogue whenever they are read, and kept in Cache
 * Storage, so that they are there without a network after the first time. A kept file that is damaged is
 * fetched once more.
 */
export function createBrowserModels(): ModelFiles {
  const present = new Set<string>();
  return {
    async installed(model) {
      if (present.has(model.id)) return true;
      const found = await Promise.all(model.files.map((file) => isThere(modelAddress(model, file))));
      if (!found.every(Boolean)) return false;
      present.add(model.id);
      return true;
    },

    async read(model, path, signal) {
      throwIfAborted(signal);
      const file = model.files.find((candidate) => candidate.path === path);
      if (file === undefined) throw new OctaviaError('model.missing', `${model.title} has no file ${path}.`);
      try {
        return (await kept(model, file)) ?? (await fetched(model, file, signal));
      } catch (thrown) {
        throw toOctaviaError(thrown, signal);
      }
    },
  };
}

async function isThere(address: string): Promise<boolean> {
  if (await (await openCache())?.match(address)) return true;
  try {
    return isFile(await fetch(address, { method: 'HEAD' }));
  } catch {
    return false;
  }
}

/** The file from the cache; undefined when it is not there, or not what it should be. */
async function kept(model: ModelEntry, file: ModelFile): Promise<Uint8Array | undefined> {
  const cache = await openCache();
  const response = await cache?.match(modelAddress(model, file));
  if (response === undefined) return undefined;
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (await intact(file, bytes)) return bytes;
  await cache?.delete(modelAddress(model, file));
  return undefined;
}

async function fetched(model: ModelEntry, file: ModelFile, signal: AbortSignal): Promise<Uint8Array> {
  const address = modelAddress(model, file);
  const bytes = await download(model, address, signal);
  if (!(await intact(file, bytes))) throw new OctaviaError('model.damaged', `${model.title}: ${file.path}.`);
  await keep(address, bytes);
  throwIfAborted(signal);
  return bytes;
}

async function download(
  model: ModelEntry,
  address: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  let cause: unknown;
  try {
    const response = await fetch(address, { signal });
    if (isFile(response)) return new Uint8Array(await response.arrayBuffer());
  } catch (thrown) {
    throwIfAborted(signal);
    cause = thrown;
  }
  throw new OctaviaError('model.missing', `${model.title} could not be loaded from ${address}.`, { cause });
}

/** A server that answers every path with its page says so by the type. */
function isFile(response: Response): boolean {
  return response.ok && response.headers.get('content-type')?.startsWith('text/html') !== true;
}

async function keep(address: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await (await openCache())?.put(address, new Response(bytes));
  } catch {
    // Kept for convenience only: without room the file is loaded again next time.
  }
}

/** Absent in sandboxed frames and where storage is switched off. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await globalThis.caches.open(CACHE);
  } catch {
    return undefined;
  }
}

async function intact(file: ModelFile, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (bytes.length !== file.bytes) return false;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') === file.sha256;
}
