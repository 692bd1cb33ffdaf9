import type { Context, MiddlewareHandler } from 'hono';
import type { Identity } from '../identity/identity.ts';
import { verifyWorkerToken, type WorkerClaims } from '../identity/worker-token.ts';
import type { Services } from '../services/services.ts';
import { OctaviaError } from '@octavia/pipeline/errors';

/** What the middlewares have found out about a request. */
export interface Env {
  Variables: { user: Identity; worker: WorkerClaims };
}

/** The request's bearer token. Tokens in addresses or cookies are never looked at. Errors: `auth.required`. */
export function bearer(c: Context): string {
  const token = /^Bearer ([A-Za-z0-9_.-]{1,8192})$/.exec(c.req.header('authorization') ?? '')?.[1];
  if (token === undefined) throw new OctaviaError('auth.required');
  return token;
}

/** Who the request's token speaks for. Errors: `auth.required`, `rate.limited`, `unavailable`. */
export async function userOf(services: Services, c: Context): Promise<Identity> {
  const user = await services.identity.verify(bearer(c));
  await services.limit('user', user.userId);
  return user;
}

export function requireUser(services: Services): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set('user', await userOf(services, c));
    await next();
  };
}

/**
 * A worker's token; on a job's routes it must be for that very job. Errors: `auth.required`, `rate.limited`, and
 * `auth.forbidden` for another job.
 */
export function requireWorker(services: Services, needs: 'any' | 'job'): MiddlewareHandler<Env> {
  return async (c, next) => {
    const worker = await verifyWorkerToken(services.keys.worker, bearer(c));
    await services.limit('worker', worker.worker);
    if (needs === 'job' && worker.job?.id !== c.req.param('id')) throw new OctaviaError('auth.forbidden');
    c.set('worker', worker);
    await next();
  };
}
