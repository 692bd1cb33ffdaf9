import type { Catalogue, ModelEntry } from '../catalogue.ts';
import type { PullPlatform } from './platform.ts';
import { wantedFiles } from './wanted.ts';

type Kept = Pick<PullPlatform, 'store' | 'lock'>;

/**
 * Deletes the pulled and partly fetched files of models, except those that another installed model uses. Their lock
 * entries stay, so that a later pull gets the same files.
 * @returns bytes freed
 */
export async function removeModels(
  models: readonly ModelEntry[],
  catalogue: Catalogue,
  { store, lock }: Kept,
): Promise<number> {
  const known = await lock.read();
  const ids = new Set(models.map(({ id }) => id));
  const shared = new Set<string>();
  for (const model of catalogue.models.filter(({ id }) => !ids.has(id))) {
    const hashes = wantedFiles([model], known).map(({ pins }) => pins.map(({ sha256 }) => sha256));
    const sizes = await Promise.all(
      hashes.map((pins) => Promise.all(pins.map((sha256) => store.size(sha256)))),
    );
    const whole = sizes.every((pins) => pins.some((size) => size !== undefined));
    if (whole) for (const sha256 of hashes.flat()) shared.add(sha256);
  }
  let freed = 0;
  for (const { pins, name } of wantedFiles(models, known)) {
    freed += await store.unfinishedBytes(name);
    await store.discard(name);
    for (const { sha256 } of pins.filter((pin) => !shared.has(pin.sha256))) {
      freed += (await store.size(sha256)) ?? 0;
      await store.delete(sha256);
    }
  }
  return freed;
}

/** Deletes kept files that no model of the catalogue uses (any more). @returns bytes freed */
export async function removeUnused(catalogue: Catalogue, { store, lock }: Kept): Promise<number> {
  const used = new Set(
    wantedFiles(catalogue.models, await lock.read()).flatMap(({ pins }) => pins.map(({ sha256 }) => sha256)),
  );
  let freed = 0;
  for (const { sha256, bytes } of await store.list()) {
    if (used.has(sha256)) continue;
    await store.delete(sha256);
    freed += bytes;
  }
  return freed;
}
