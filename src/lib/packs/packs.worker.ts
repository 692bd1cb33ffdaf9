import { expose } from 'comlink';
import { modelById, type ModelEntry } from '@octavia/pipeline/catalogue';
import { dropDamaged } from '@octavia/pipeline/packs/check';
import { importFolder } from '@octavia/pipeline/packs/folder';
import { pull } from '@octavia/pipeline/packs/pull';
import { removeModels } from '@octavia/pipeline/packs/remove';
import { wantedFiles } from '@octavia/pipeline/packs/wanted';
import { catalogue } from '../catalogue.ts';
import { countNetwork } from '../host/network.ts';
import { reply } from '../host/reply.ts';
import { findIn } from './folder.ts';
import { newsFrom } from './news.ts';
import { createBrowserPullPlatform } from './platform.ts';
import type { PacksWorker } from './protocol.ts';

// Its requests are counted in the report of a dub that runs at the same time.
countNetwork(globalThis);

const platform = createBrowserPullPlatform();

const chosen = (ids: readonly string[]): ModelEntry[] => ids.flatMap((id) => modelById(catalogue, id) ?? []);

const worker: PacksWorker = {
  pull: (ids, host, onNews) =>
    reply(async (signal) => {
      await pull(
        chosen(ids),
        platform,
        { host },
        signal,
        newsFrom(ids, () => platform.now(), onNews),
      );
    }),

  importFiles: (files) =>
    reply((signal) => importFolder(catalogue.models, findIn(files), platform, signal, () => undefined)),

  check: (ids) =>
    reply(async (signal) => {
      const damaged = new Set<string>();
      const wanted = wantedFiles(chosen(ids), await platform.lock.read());
      await dropDamaged(
        platform,
        wanted,
        signal,
        (event) => event.type === 'file' && damaged.add(event.model),
      );
      return [...damaged];
    }),

  remove: (ids) => reply(() => removeModels(chosen(ids), catalogue, platform)),
};

expose(worker);
