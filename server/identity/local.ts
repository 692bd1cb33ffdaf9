import { SignJWT } from 'jose';
import type { IdentityProvider } from './identity.ts';
import type { ServerKeys } from './keys.ts';
import { verifySession, type SessionRules } from './session-token.ts';

/** Seconds a local session token lives; the page asks for a new one in time. */
const LOCAL_SESSION_SECONDS = 300;

export interface LocalIdentity extends IdentityProvider {
  readonly kind: 'local';
  /** A session token for a user of this server, of the same kind as Clerk's. */
  issue(userId: string, sessionId: string): Promise<{ token: string; expiresAt: number }>;
}

/** Identity without Clerk: this server signs the sessions itself. */
export function localIdentity(keys: ServerKeys, rules: SessionRules): LocalIdentity {
  const key = () => keys.verify;
  return {
    kind: 'local',
    verify: (token) => verifySession(token, key, rules),
    async issue(userId, sessionId) {
      const now = Math.floor(Date.now() / 1000);
      const expiresAt = now + LOCAL_SESSION_SECONDS;
      const token = await new SignJWT({
        sid: sessionId,
        azp: rules.authorizedParties[0] ?? '',
        sts: 'active',
        v: 2,
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keys.keyId })
        .setIssuer(rules.issuer)
        .setSubject(userId)
        .setIssuedAt(now)
        .setNotBefore(now - 5)
        .setExpirationTime(expiresAt)
        .sign(keys.sign);
      return { token, expiresAt };
    },
  };
}
