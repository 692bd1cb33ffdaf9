import { SignJWT } from 'jose';
import { OctaviaError } from '@octavia/pipeline/errors';
import { verifyToken } from './jwt.ts';

const ISSUER = 'octavia-worker';
const AUDIENCE = 'octavia-api';

/** A worker makes a new token for every call, so a token need only outlive one call and its clock's error. */
const LIFETIME_SECONDS = 60;

/** Who a worker is and, once it holds a job, which attempt of which job it may speak for. */
export interface WorkerClaims {
  readonly worker: string;
  readonly job?: { readonly id: string; readonly attempt: number };
}

export async function issueWorkerToken(key: Uint8Array, claims: WorkerClaims): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims.job ? { job: claims.job.id, attempt: claims.job.attempt } : {})
    .setProtectedHeader({ alg: 'HS256', typ: 'worker+jwt' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(claims.worker)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME_SECONDS)
    .sign(key);
}

/** Errors: `auth.required`. A token that claims to live longer than ours do is refused. */
export async function verifyWorkerToken(key: Uint8Array, token: string): Promise<WorkerClaims> {
  const claims = await verifyToken(token, key, {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithm: 'HS256',
    typ: 'worker+jwt',
    requiredClaims: [],
  });
  const { sub, exp = 0, iat = 0, job, attempt } = claims;
  if (typeof sub !== 'string' || exp - iat > 2 * LIFETIME_SECONDS) throw new OctaviaError('auth.required');
  if (job === undefined) return { worker: sub };
  if (typeof job !== 'string' || typeof attempt !== 'number') throw new OctaviaError('auth.required');
  return { worker: sub, job: { id: job, attempt } };
}
