import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ModelEntry, ModelFile } from '@octavia/pipeline';
import { pinsOf } from '@octavia/pipeline/catalogue';
import { throwIfAborted } from '@octavia/pipeline/errors';
import { locate } from '../../adapters/models.ts';
import { packPlaces } from '../../packs/places.ts';
import { modelsFolder } from '../call/places.ts';

export type FileState = 'ok' | 'missing' | 'damaged';

/** Reads every file of a model and compares its size and SHA-256 with those recorded. */
export async function checkModel(
  model: ModelEntry,
  signal: AbortSignal,
): Promise<{ file: ModelFile; path: string | undefined; state: FileState }[]> {
  const places = packPlaces();
  const states = [];
  for (const file of model.files) {
    throwIfAborted(signal);
    const path = await locate(modelsFolder(), places, model, file, { anySize: true });
    states.push({ file, path, state: path === undefined ? ('missing' as const) : await stateOf(path, file) });
  }
  return states;
}

async function stateOf(path: string, file: ModelFile): Promise<FileState> {
  const hash = createHash('sha256');
  try {
    for await (const part of createReadStream(path) as AsyncIterable<Buffer>) hash.update(part);
  } catch {
    return 'missing';
  }
  // There may be no record yet of a file in the user's own folder.
  const pins = pinsOf(file).map(({ sha256 }) => sha256);
  return pins.length === 0 || pins.includes(hash.digest('hex')) ? 'ok' : 'damaged';
}
