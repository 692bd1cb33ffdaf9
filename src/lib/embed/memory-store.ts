import type { Store } from '@octavia/pipeline/ports';
import { checkStorePrefix, storeKeySegments } from '@octavia/pipeline/store-key';

/** The Store port in memory: an embed's work is not kept, and some frames have no storage. */
export function createMemoryStore(): Store {
  const kept = new Map<string, Uint8Array>();
  const keys = (prefix: string): string[] => {
    checkStorePrefix(prefix);
    return [...kept.keys()].filter((key) => key.startsWith(prefix)).sort();
  };
  return {
    get: (key) => promised(() => kept.get(storeKeySegments(key).join('/'))?.slice()),
    put: (key, value) => promised(() => void kept.set(storeKeySegments(key).join('/'), value.slice())),
    list: (prefix) => promised(() => keys(prefix)),
    delete: (prefix) => promised(() => keys(prefix).forEach((key) => kept.delete(key))),
  };
}

/** Errors reject, as in every other store. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
