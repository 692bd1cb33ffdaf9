import type { Catalogue, HubSource, ModelEntry, ModelFile } from './catalogue.ts';

/**
 * What was learned of hub files at their first pull (models/lock.json). A user commits it, and whoever pulls
 * after that gets these very files or an error.
 */
export interface Lock {
  readonly schema: 'octavia.lock/1';
  /** By {@link lockKey}. */
  readonly files: Readonly<Record<string, Pin>>;
}

export interface Pin {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export const EMPTY_LOCK: Lock = { schema: 'octavia.lock/1', files: {} };

/** Name of a hub's file in the lock; another revision is another file. */
export function lockKey({ repo, revision }: HubSource, path: string): string {
  return `${repo}@${revision}/${path}`;
}

/** The catalogue with exact sizes and hashes for the files that the lock knows; its own hashes win. */
export function resolve(catalogue: Catalogue, lock: Lock): Catalogue {
  return { ...catalogue, models: catalogue.models.map((model) => resolveModel(model, lock)) };
}

/** {@link resolve} for one model. */
export function resolveModel(model: ModelEntry, lock: Lock): ModelEntry {
  const { hub } = model;
  if (hub === undefined) return model;
  return { ...model, files: model.files.map((file) => resolveFile(file, hub, lock)) };
}

function resolveFile(file: ModelFile, hub: HubSource, lock: Lock): ModelFile {
  const pin = lock.files[lockKey(hub, file.path)];
  if (pin === undefined || file.sha256 !== undefined) return file;
  return { path: file.path, ...pin };
}
