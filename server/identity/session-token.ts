import type { JWTVerifyGetKey } from 'jose';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Identity } from './identity.ts';
import { verifyToken } from './jwt.ts';

export interface SessionRules {
  readonly issuer: string;
  /** Origins that may hold sessions; `azp` must be one of them when the token has one. */
  readonly authorizedParties: readonly string[];
}

/**
 * A session token as Clerk defines it (version 2): RS256, typ JWT, claims sub, sid, azp, exp, nbf, iat, iss
 * and `sts`, which is "pending" while the user still has steps to do, and then grants nothing.
 */
export async function verifySession(
  token: string,
  key: JWTVerifyGetKey,
  rules: SessionRules,
): Promise<Identity> {
  const claims = await verifyToken(token, key, {
    issuer: rules.issuer,
    algorithm: 'RS256',
    typ: 'JWT',
    requiredClaims: ['sid', 'nbf'],
  });
  const { sub, sid, azp, sts, exp, aud } = claims;
  const foreign = typeof azp === 'string' ? !rules.authorizedParties.includes(azp) : azp !== undefined;
  if (foreign || aud !== undefined || (sts !== undefined && sts !== 'active')) {
    throw new OctaviaError('auth.required');
  }
  if (typeof sub !== 'string' || sub === '' || typeof sid !== 'string' || exp === undefined) {
    throw new OctaviaError('auth.required');
  }
  return { userId: sub, sessionId: sid, expiresAt: exp };
}
