import { isShipped, pinsOf, type HubSource, type ModelEntry, type Pin } from '../catalogue.ts';
import { lockKey, resolveModel, type Lock } from '../lock.ts';
import { hashOf } from '../hash.ts';

/** A file that a pull or an import should provide. */
export interface WantedFile {
  /** See {@link keyOf}. */
  readonly key: string;
  readonly model: ModelEntry;
  /** Undefined where only packages have it. */
  readonly hub: HubSource | undefined;
  readonly path: string;
  readonly bytes: number;
  readonly approximate: boolean;
  /** Undefined until the first pull. */
  readonly sha256: string | undefined;
  /** All acceptable contents, from one source or another. */
  readonly pins: readonly Pin[];
  /** Its name while it is partly fetched. */
  readonly name: string;
}

/** A wanted file that a hub has. */
export interface HubFile extends WantedFile {
  readonly hub: HubSource;
}

export function isOnHub(file: WantedFile): file is HubFile {
  return file.hub !== undefined;
}

/** A file's name in the lock; for a model that no hub has, a similar name. */
export function keyOf({ id, hub }: Pick<ModelEntry, 'id' | 'hub'>, path: string): string {
  return hub === undefined ? `${id}/${path}` : lockKey(hub, path);
}

/** The files of models, as exactly as the lock knows them; a file shared by two models is listed once. */
export function wantedFiles(models: readonly ModelEntry[], lock: Lock): WantedFile[] {
  const wanted = new Map<string, WantedFile>();
  for (const model of models) {
    if (isShipped(model)) continue;
    const { hub, files } = resolveModel(model, lock);
    for (const file of files) {
      const { path, bytes, approximate = false, sha256 } = file;
      const key = keyOf(model, path);
      wanted.set(key, {
        ...{ key, model, hub, path, bytes, approximate, sha256 },
        pins: pinsOf(file),
        name: hashOf(key),
      });
    }
  }
  return [...wanted.values()];
}
