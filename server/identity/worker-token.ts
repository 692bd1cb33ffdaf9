import { SignJWT } from 'jose';
import { OctaviaError } from '@octavia/pipeline/errors';
import { verifyToken } from './jwt.ts';

const ISSUER = 'octavia-worker';
const AUDIENCE = 'octavia-api';

/** A worker makes a new token for every call, so a token only has to outlive one call and the clocks' difference. */
const LIFETIME_SECONDS = 60;

/**
 * Lets a worker ask for jobs. Calls about a job need the token that came with the claim (attempt-token.ts).
 * @param worker its name
 */
export async function issueWorkerToken(key: Uint8Array, worker: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'worker+jwt' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(worker)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME_SECONDS)
    .sign(key);
}

/** @returns the worker's name. Errors: `auth.required`. A token valid for longer than ours is refused. */
export async function verifyWorkerToken(key: Uint8Array, token: string): Promise<string> {
  const claims = await verifyToken(token, key, {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithm: 'HS256',
    typ: 'worker+jwt',
    requiredClaims: [],
  });
  const { sub, exp = 0, iat = 0 } = claims;
  if (typeof sub !== 'string' || exp - iat > 2 * LIFETIME_SECONDS) throw new OctaviaError('auth.required');
  return sub;
}
