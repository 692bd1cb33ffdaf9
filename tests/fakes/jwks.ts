import { exportJWK, generateKeyPair } from 'jose';
import type { webcrypto } from 'node:crypto';
import { Hono } from 'hono';
import { listen } from './listen.ts';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: webcrypto.CryptoKey;
}

export async function newKey(kid: string): Promise<SigningKey> {
  return { kid, ...(await generateKeyPair('RS256', { extractable: true })) };
}

/** Clerk's `/.well-known/jwks.json`: the public keys of an instance, which may change, or not be reachable. */
export async function fakeJwks(keys: SigningKey[]) {
  const state = { keys, fetches: 0, down: false };
  const app = new Hono();
  app.get('/.well-known/jwks.json', async (c) => {
    state.fetches++;
    if (state.down) return c.text('down', 503);
    const shown = state.keys.map(async ({ kid, publicKey }) => {
      return { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
    });
    return c.json({ keys: await Promise.all(shown) });
  });
  const server = await listen(app);
  return { ...server, state, url: `${server.origin}/.well-known/jwks.json` };
}
