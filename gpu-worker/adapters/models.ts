import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ModelEntry, ModelFile, ModelFiles } from '@octavia/pipeline';
import { howToGet, isPinned, isShipped, modelFilePath, pinsOf } from '@octavia/pipeline/catalogue';
import { OctaviaError, throwIfAborted, toOctaviaError } from '@octavia/pipeline/errors';
import { lockKey } from '@octavia/pipeline/lock';
import { placesIn } from '@octavia/pipeline/packs/folder';
import { readLock } from '../packs/lock-file.ts';
import type { PackPlaces } from '../packs/places.ts';
import { storedPath } from '../packs/store.ts';

/** Hashes this process has computed, by path, with the file's modification time. */
const taken = new Map<string, { readonly changed: number; readonly sha256: string }>();

/**
 * This machine's model files, checked against the catalogue when read (hashed once per process while they do not
 * change).
 * @param folder where models/prepare.ts puts the models that come with Octavia: static/models
 * @param packs where pulled models are, and the user's own folder
 */
export function createModelFiles(folder: string, packs?: PackPlaces): ModelFiles {
  return {
    async installed(model) {
      const found = await Promise.all(model.files.map((file) => locate(folder, packs, model, file)));
      return found.every((path) => path !== undefined);
    },

    async read(model, path, signal) {
      throwIfAborted(signal);
      const file = model.files.find((candidate) => candidate.path === path);
      if (file === undefined) throw new OctaviaError('model.missing', `${model.title} has no file ${path}.`);
      const place = await locate(folder, packs, model, file, { anySize: true });
      if (place === undefined) throw new OctaviaError('model.missing', howToGet(model));
      const bytes = await readWhole(place, model, signal);
      await verify(model, file, place, bytes, packs);
      throwIfAborted(signal);
      return bytes;
    },
  };
}

/** Where a file is: among the models that come with Octavia, those pulled, or in the user's own folder. */
export async function locate(
  folder: string,
  packs: PackPlaces | undefined,
  model: ModelEntry,
  file: ModelFile,
  { anySize = file.approximate ?? false } = {},
): Promise<string | undefined> {
  const places: string[] = [];
  const pins = pinsOf(file);
  if (isShipped(model) && isPinned(file)) places.push(join(folder, modelFilePath(model, file)));
  else if (packs !== undefined) places.push(...pins.map(({ sha256 }) => storedPath(packs.store, sha256)));
  const own = packs?.folder;
  if (own !== undefined) places.push(...placesIn(model, file.path).map((path) => join(own, path)));
  const sizes = [file, ...pins].map(({ bytes }) => bytes);
  for (const place of places) {
    const info = await stat(place).catch(() => undefined);
    if (info?.isFile() === true && (anySize || sizes.includes(info.size))) return place;
  }
  return undefined;
}

async function readWhole(path: string, model: ModelEntry, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path, { signal }));
  } catch (thrown) {
    if (signal.aborted) throw toOctaviaError(thrown, signal);
    throw new OctaviaError('model.missing', `${path} cannot be read. ${howToGet(model)}`, { cause: thrown });
  }
}

async function verify(
  model: ModelEntry,
  file: ModelFile,
  path: string,
  bytes: Uint8Array,
  packs: PackPlaces | undefined,
): Promise<void> {
  const changed = (await stat(path)).mtimeMs;
  const known = taken.get(path);
  const sha256 = known?.changed === changed ? known.sha256 : createHash('sha256').update(bytes).digest('hex');
  const pins = pinsOf(file).map((pin) => pin.sha256);
  const expected = pins.length > 0 ? pins : await recorded(model, file, packs);
  if (expected.length > 0 && !expected.includes(sha256)) {
    throw new OctaviaError('model.damaged', `${model.title}: ${path}${whatToDo(model, path, packs)}`);
  }
  taken.set(path, { changed, sha256 });
}

function whatToDo(model: ModelEntry, path: string, packs: PackPlaces | undefined): string {
  if (isShipped(model)) return '; "npm run models" replaces it.';
  const pulling = `"octavia models pull ${model.id}"`;
  if (!isInFolder(path, packs)) return `; ${pulling} replaces it.`;
  return ` is not the recorded file. It is in your own folder (OCTAVIA_MODELS_DIR): replace it there, or run ${pulling} to fetch one that is used instead.`;
}

/** Whether a file is in the user's own folder. */
export function isInFolder(path: string, packs: Pick<PackPlaces, 'folder'> | undefined): boolean {
  return packs?.folder !== undefined && path.startsWith(packs.folder + sep);
}

/**
 * The hash that a pull has recorded since the catalogue was read. A file in the user's own folder that has no recorded
 * hash is read as it is: only files from a hub are recorded, or others could no longer fetch them.
 */
async function recorded(
  { hub }: ModelEntry,
  { path }: ModelFile,
  packs: PackPlaces | undefined,
): Promise<string[]> {
  if (hub === undefined || packs === undefined) return [];
  const pin = (await readLock(packs.lock)).files[lockKey(hub, path)];
  return pin === undefined ? [] : [pin.sha256];
}
