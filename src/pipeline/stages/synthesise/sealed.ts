import type { SpeechCache } from './speech-cache.ts';

/** The encrypted cache of a job's cloned speech, until the job ends. */
export const CLONED = 'cloned/';

/** Bytes of AES-GCM's nonce (NIST SP 800-38D, 8.2.2: 96 random bits). */
const NONCE_BYTES = 12;

/**
 * A cache whose values are encrypted with AES-256-GCM before they reach the store, under {@link CLONED}. The key is
 * made for this job and is only in memory: nobody can read what another process left behind, so it counts as absent.
 */
export async function sealedCache(store: SpeechCache): Promise<SpeechCache> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  return {
    async get(name) {
      const sealed = await store.get(`${CLONED}${name}`);
      if (sealed === undefined) return undefined;
      const [iv, body] = [sealed.slice(0, NONCE_BYTES), sealed.slice(NONCE_BYTES)];
      try {
        return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, body));
      } catch {
        return undefined;
      }
    },
    async put(name, value) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, value.slice());
      const sealed = new Uint8Array(NONCE_BYTES + body.byteLength);
      sealed.set(iv);
      sealed.set(new Uint8Array(body), NONCE_BYTES);
      await store.put(`${CLONED}${name}`, sealed);
    },
  };
}
