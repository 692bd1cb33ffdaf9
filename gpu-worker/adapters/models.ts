import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  modelFilePath,
  OctaviaError,
  throwIfAborted,
  toOctaviaError,
  type ModelEntry,
  type ModelFile,
  type ModelFiles,
} from '@octavia/pipeline';

/** Path and hash of files this process has checked, with the time of their last change. */
const verified = new Map<string, number>();

/**
 * The model files of a folder, checked against the catalogue when they are read (hashed once per process, as
 * long as they do not change).
 * @param folder where models/prepare.ts puts them: static/models
 */
export function createModelFiles(folder: string): ModelFiles {
  const pathOf = (model: ModelEntry, file: ModelFile): string => join(folder, modelFilePath(model, file));

  return {
    async installed(model) {
      const sizes = await Promise.all(model.files.map((file) => sizeOf(pathOf(model, file))));
      return model.files.every((file, index) => sizes[index] === file.bytes);
    },

    async read(model, path, signal) {
      throwIfAborted(signal);
      const file = model.files.find((candidate) => candidate.path === path);
      if (file === undefined) throw new OctaviaError('model.missing', `${model.title} has no file ${path}.`);
      const bytes = await readModelFile(model, pathOf(model, file), signal);
      await verify(model, file, pathOf(model, file), bytes);
      throwIfAborted(signal);
      return bytes;
    },
  };
}

async function readModelFile(model: ModelEntry, path: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path, { signal }));
  } catch (thrown) {
    if (signal.aborted) throw toOctaviaError(thrown, signal);
    const how = `${model.title} is not at ${path}; "npm run models" puts the starter models there.`;
    throw new OctaviaError('model.missing', how, { cause: thrown });
  }
}

async function verify(model: ModelEntry, file: ModelFile, path: string, bytes: Uint8Array): Promise<void> {
  const changed = (await stat(path)).mtimeMs;
  const key = `${path}:${file.sha256}`;
  if (bytes.length === file.bytes && verified.get(key) === changed) return;
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== file.sha256) {
    verified.delete(key);
    throw new OctaviaError('model.damaged', `${model.title}: ${path}; "npm run models" replaces it.`);
  }
  verified.set(key, changed);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}
