import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from 'jose';
import type { IdentityProvider } from './identity.ts';
import { verifySession, type SessionRules } from './session-token.ts';

const MINUTE_MS = 60_000;

export interface ClerkSettings extends SessionRules {
  /** Names the Clerk instance to the page; public. Without it the page offers no sign-in. */
  readonly publishableKey?: string | undefined;
  /** E.g. `https://clerk.example.com/.well-known/jwks.json`. */
  readonly jwksUrl: string;
  /** Keys are fetched at most once in this time for unknown key ids. */
  readonly cooldownMs?: number;
}

/** Verifies Clerk's session tokens without asking Clerk: only its public keys are fetched, and kept. */
export function clerkIdentity(settings: ClerkSettings): IdentityProvider {
  const key = cachedKeys(settings);
  return { kind: 'clerk', verify: (token) => verifySession(token, key, settings) };
}

/**
 * Keys are refreshed in the background every ten minutes and at once for an unknown key id; while Clerk cannot be
 * reached, the known keys keep working.
 */
function cachedKeys({ jwksUrl, cooldownMs = 30_000 }: ClerkSettings): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: Infinity,
    cooldownDuration: cooldownMs,
    timeoutDuration: 5_000,
    [customFetch]: restingFetch(cooldownMs),
  });
  let refreshed = Date.now();
  return async (header, token) => {
    if (Date.now() - refreshed > 10 * MINUTE_MS) {
      refreshed = Date.now();
      void keys.reload().catch(() => undefined);
    }
    return keys(header, token);
  };
}

/** Fetch that leaves a service alone for a while after it has failed: jose's own cooldown begins with a success. */
function restingFetch(ms: number): FetchImplementation {
  let failed = -Infinity;
  return async (url, options) => {
    if (performance.now() - failed < ms) throw new Error('The keys could not be fetched a moment ago.');
    try {
      const response = await fetch(url, options);
      if (!response.ok) failed = performance.now();
      return response;
    } catch (error) {
      failed = performance.now();
      throw error;
    }
  };
}
