import type { Catalogue, HubSource, ModelEntry, ModelFile, Pin } from './catalogue.ts';

/**
 * What was learned about hub files at their first pull (models/lock.json). A user commits it; later pulls get exactly
 * these files or an error.
 */
export interface Lock {
  readonly schema: 'octavia.lock/1';
  /** By {@link lockKey}. */
  readonly files: Readonly<Record<string, LockedPin>>;
}

export interface LockedPin extends Pin {
  /** The commit it was found at, where the catalogue names a branch, which moves. */
  readonly commit?: string;
}

export const EMPTY_LOCK: Lock = { schema: 'octavia.lock/1', files: {} };

/** A hub file's name in the lock; another revision is another file. */
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
  const commit = commitOf(hub, lock);
  return {
    ...model,
    hub: commit === undefined ? hub : { ...hub, commit },
    files: model.files.map((file) => resolveFile(file, hub, lock)),
  };
}

/** All files of a repository's branch come from one commit: the first that was recorded. */
function commitOf(hub: HubSource, lock: Lock): string | undefined {
  const start = lockKey(hub, '');
  const pins = Object.entries(lock.files).filter(([key]) => key.startsWith(start));
  return pins.find(([, { commit }]) => commit !== undefined)?.[1].commit;
}

function resolveFile(file: ModelFile, hub: HubSource, lock: Lock): ModelFile {
  const pin = lock.files[lockKey(hub, file.path)];
  if (pin === undefined || file.sha256 !== undefined) return file;
  return { path: file.path, bytes: pin.bytes, sha256: pin.sha256 };
}
