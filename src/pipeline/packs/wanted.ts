import { pinsOf, type HubSource, type ModelEntry, type Pin } from '../catalogue.ts';
import { lockKey, resolveModel, type Lock } from '../lock.ts';
import { hashOf } from '../hash.ts';

/** A file of a hub that a pull or an import is to bring. */
export interface WantedFile {
  /** Its name in the lock. */
  readonly key: string;
  readonly model: ModelEntry;
  readonly hub: HubSource;
  readonly path: string;
  readonly bytes: number;
  readonly approximate: boolean;
  /** Undefined until the first pull. */
  readonly sha256: string | undefined;
  /** All that it may be, as one source or another has it. */
  readonly pins: readonly Pin[];
  /** Names it while it is half fetched. */
  readonly name: string;
}

/** The files of hub models, as exactly as the lock knows them; a file that two models share comes once. */
export function wantedFiles(models: readonly ModelEntry[], lock: Lock): WantedFile[] {
  const wanted = new Map<string, WantedFile>();
  for (const model of models) {
    const { hub, files } = resolveModel(model, lock);
    if (hub === undefined) continue;
    for (const file of files) {
      const { path, bytes, approximate = false, sha256 } = file;
      const key = lockKey(hub, path);
      wanted.set(key, {
        ...{ key, model, hub, path, bytes, approximate, sha256 },
        pins: pinsOf(file),
        name: hashOf(key),
      });
    }
  }
  return [...wanted.values()];
}
