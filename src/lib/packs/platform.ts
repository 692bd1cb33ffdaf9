import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { makeFiles } from '@octavia/pipeline/packs/make';
import type { PullPlatform } from '@octavia/pipeline/packs/platform';
import { browserLock } from '../host/lock-keeper.ts';
import { createOpfsPackStore } from './store.ts';

/** The browser as the pull engine sees it; made inside the packs' worker. */
export function createBrowserPullPlatform(): PullPlatform {
  return {
    // Nothing that identifies the user, and no second copy in the browser's cache. Without If-Range, which would need a
    // CORS preflight; a pull compares the response's ETag anyway.
    fetch: (address, { headers, signal }) =>
      fetch(address, {
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'If-Range')),
        signal,
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      }),
    store: createOpfsPackStore(),
    lock: browserLock,
    make: makeFiles,
    // WebCrypto can hash only what is entirely in memory.
    hash() {
      const hash = sha256.create();
      return { update: (chunk) => void hash.update(chunk), hex: () => bytesToHex(hash.digest()) };
    },
    now: () => performance.now() / 1000,
    sleep: (seconds, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, seconds * 1000);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      }),
  };
}
