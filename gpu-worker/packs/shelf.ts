import { stat } from 'node:fs/promises';
import { compact } from '@octavia/pipeline/compact';
import type { Catalogue, ModelEntry } from '@octavia/pipeline';
import { isShipped, pinsOf } from '@octavia/pipeline/catalogue';
import type { Fetching, Shelf } from '@octavia/server';
import { storedPath } from './store.ts';

/** Path of a file below /models/, as written by modelFilePath(). */
const PATH = /^\/models\/([^/]+)\/([0-9a-f]{16})\/(.+)$/;

/**
 * This machine's fetched models, for its own page.
 * @param store folder of the pack store
 * @param fetching what is being fetched right now
 */
export function createShelf(
  catalogue: Catalogue,
  store: string,
  fetching: () => Omit<Fetching, 'stoppable'> | undefined,
  stop: () => void,
): Shelf {
  const fetched = catalogue.models.filter((model) => !isShipped(model));
  return {
    async manifest() {
      const found = await Promise.all(fetched.map(async (model) => [model.id, await filesOf(model, store)]));
      const models = found.filter(([, files]) => files !== undefined);
      return {
        schema: 'octavia.shelf/1',
        models: Object.fromEntries(models) as Awaited<ReturnType<Shelf['manifest']>>['models'],
        ...compact({ fetching: fetching() }),
      };
    },

    async locate(path) {
      const [, id, hash, rest] = PATH.exec(path) ?? [];
      const file = fetched
        .find((model) => model.id === id)
        ?.files.find((candidate) => candidate.path === decodeURIComponent(rest ?? ''));
      const pin = file && pinsOf(file).find(({ sha256 }) => sha256.startsWith(hash ?? ' '));
      return pin === undefined ? undefined : await existing(storedPath(store, pin.sha256));
    },

    stop,
  };
}

/** The files of a model on this machine; undefined unless all are here. */
async function filesOf(model: ModelEntry, store: string) {
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const file of model.files) {
    for (const pin of pinsOf(file)) {
      if ((await existing(storedPath(store, pin.sha256))) !== undefined) files[file.path] ??= pin;
    }
    if (files[file.path] === undefined) return undefined;
  }
  return files;
}

async function existing(path: string): Promise<string | undefined> {
  return (await stat(path).catch(() => undefined))?.isFile() === true ? path : undefined;
}
