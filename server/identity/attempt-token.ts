import { SignJWT } from 'jose';
import { OctaviaError } from '@octavia/pipeline/errors';
import { verifyToken } from './jwt.ts';

const ISSUER = 'octavia';
const AUDIENCE = 'octavia-attempt';

/** An attempt ends by its fence in the database; a token only has to outlive the longest job. */
const LIFETIME = '14 days';

/** An attempt at a job, and the worker that holds it. */
export interface AttemptClaims {
  readonly worker: string;
  readonly job: { readonly id: string; readonly attempt: number };
}

/**
 * Lets the worker that claimed a job speak for that attempt only. It comes with the claim; workers cannot make one.
 * @param key ServerKeys.attempts
 */
export function issueAttemptToken(key: Uint8Array, { worker, job }: AttemptClaims): Promise<string> {
  return new SignJWT({ job: job.id, attempt: job.attempt })
    .setProtectedHeader({ alg: 'HS256', typ: 'attempt+jwt' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(worker)
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .sign(key);
}

/** Errors: `auth.required`. */
export async function verifyAttemptToken(key: Uint8Array, token: string): Promise<AttemptClaims> {
  const { sub, job, attempt } = await verifyToken(token, key, {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithm: 'HS256',
    typ: 'attempt+jwt',
    requiredClaims: ['job', 'attempt'],
  });
  if (typeof sub !== 'string' || typeof job !== 'string' || typeof attempt !== 'number') {
    throw new OctaviaError('auth.required');
  }
  return { worker: sub, job: { id: job, attempt } };
}
