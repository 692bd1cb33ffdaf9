import {
  howToGet,
  isPinned,
  isShipped,
  modelFilePath,
  pinnedFile,
  pinsOf,
  type ModelEntry,
  type ModelFile,
  type Pin,
  type PinnedFile,
} from '@octavia/pipeline/catalogue';
import { OctaviaError, throwIfAborted, toOctaviaError } from '@octavia/pipeline/errors';
import { resolveModel } from '@octavia/pipeline/lock';
import type { ModelFiles } from '@octavia/pipeline/ports';
import { browserLock } from './lock-keeper.ts';
import { onShelf } from './shelf.ts';
import { deleteKept, keepFile, keptFile } from './kept-files.ts';

/** Address of a model's file, on our own origin; the hash in it makes it immutable. */
export function modelAddress(model: ModelEntry, file: PinnedFile): string {
  return new URL(`/models/${modelFilePath(model, file)}`, globalThis.location.origin).href;
}

/**
 * Model files in the origin's private file system, checked against their SHA-256 whenever they are read. Those that
 * come with Octavia or that our own server has fetched come from our own origin if they are not kept yet or are
 * damaged; others come only from a pull (src/lib/packs), so a damaged one is deleted and reported.
 */
export function createBrowserModels(): ModelFiles {
  const served = new Set<string>();
  return {
    async installed(model) {
      if (served.has(model.id)) return true;
      const { files } = await resolved(model);
      const found = await Promise.all(files.map((file) => isHere(model, file)));
      if (!found.every(Boolean)) return false;
      // These cannot be deleted.
      if (isShipped(model)) served.add(model.id);
      return true;
    },

    async read(model, path, signal) {
      throwIfAborted(signal);
      const pin = await onShelf(model, path);
      const known = await resolved(model);
      const file = pin === undefined ? pinnedFile(known, path) : { path, ...pin };
      // The kept file may also be a hub's version of it.
      const pins = [file, ...known.files.filter((each) => each.path === path).flatMap(pinsOf)];
      const lost = !isShipped(model) && pin === undefined;
      try {
        return (await kept(model, path, pins, lost)) ?? (await fetched(model, file, lost, signal));
      } catch (thrown) {
        throw toOctaviaError(thrown, signal);
      }
    },
  };
}

async function resolved(model: ModelEntry): Promise<ModelEntry> {
  return isShipped(model) ? model : resolveModel(model, await browserLock.read());
}

async function isHere(model: ModelEntry, file: ModelFile): Promise<boolean> {
  for (const pin of pinsOf(file)) if ((await keptOrNot(pin))?.size === pin.bytes) return true;
  if (!isShipped(model)) return (await onShelf(model, file.path)) !== undefined;
  if (!isPinned(file)) return false;
  try {
    return isFile(await fetch(modelAddress(model, file), { method: 'HEAD' }));
  } catch {
    return false;
  }
}

/** Also undefined where storage is switched off, as in sandboxed frames. */
function keptOrNot(file: Pin): Promise<File | undefined> {
  return keptFile(file.sha256).catch(() => undefined);
}

/**
 * The kept file; undefined when it is missing or wrong.
 * @param lost whether our own origin lacks it, so that a damaged one has to be fetched elsewhere
 */
async function kept(
  model: ModelEntry,
  path: string,
  pins: readonly Pin[],
  lost: boolean,
): Promise<Uint8Array | undefined> {
  let damaged = false;
  for (const pin of pins) {
    const found = await keptOrNot(pin);
    if (found === undefined) continue;
    const bytes = new Uint8Array(await found.arrayBuffer());
    if (await intact(pin, bytes)) return bytes;
    damaged = true;
    await deleteKept(pin.sha256);
  }
  if (!damaged || !lost) return undefined;
  throw new OctaviaError('model.damaged', `${model.title}: ${path}. Fetch it again on the Models page.`);
}

async function fetched(
  model: ModelEntry,
  file: PinnedFile,
  lost: boolean,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (lost) throw new OctaviaError('model.missing', howToGet(model));
  const bytes = await download(model, modelAddress(model, file), signal);
  if (!(await intact(file, bytes))) throw new OctaviaError('model.damaged', `${model.title}: ${file.path}.`);
  // Kept only for convenience: without space it is loaded again next time.
  await keepFile(file.sha256, bytes).catch(() => undefined);
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

/** The type reveals a server that answers every path with its page. */
function isFile(response: Response): boolean {
  return response.ok && response.headers.get('content-type')?.startsWith('text/html') !== true;
}

async function intact(file: Pin, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (bytes.length !== file.bytes) return false;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') === file.sha256;
}
