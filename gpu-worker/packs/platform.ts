import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PullPlatform } from '@octavia/pipeline/packs/platform';
import { createLockFile } from './lock-file.ts';
import { makeInThread } from './make.ts';
import { noteOrigin } from './origins.ts';
import type { PackPlaces } from './places.ts';
import { packagePrograms } from './programs.ts';
import { createFolderPackStore } from './store.ts';

/** Pulling, as Node does it. */
export function nodePullPlatform({ store, lock, packages }: PackPlaces): PullPlatform {
  return {
    fetch,
    store: createFolderPackStore(store),
    lock: createLockFile(lock),
    ...(packages ? { packages: packagePrograms(store) } : {}),
    noteOrigin: (model, source) => noteOrigin(store, model, source),
    make: makeInThread,
    hash() {
      const hash = createHash('sha256');
      return { update: (piece) => void hash.update(piece), hex: () => hash.digest('hex') };
    },
    now: () => performance.now() / 1000,
    sleep: (seconds, signal) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined),
  };
}
