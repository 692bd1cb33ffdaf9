import type { Context, MiddlewareHandler } from 'hono';
import type { Identity } from '../identity/identity.ts';
import { verifyWorkerToken, type WorkerClaims } from '../identity/worker-token.ts';
import type { Services } from '../services.ts';
import { ApiError } from './errors.ts';

/** What the middlewares have found out about a request. */
export interface Env {
  Variables: { user: Identity; worker: WorkerClaims };
}

/** The request's bearer token. Tokens in addresses or cookies are never looked at. Errors: `auth.required`. */
export function bearer(c: Context): string {
  const token = /^Bearer ([A-Za-z0-9_.-]{1,8192})$/.exec(c.req.header('authorization') ?? '')?.[1];
  if (token === undefined) throw new ApiError('auth.required');
  return token;
}

export function requireUser(services: Services): MiddlewareHandler<Env> {
  return async (c, next) => {
    const user = await services.identity.verify(bearer(c));
    await services.limitUser(user.userId);
    c.set('user', user);
    await next();
  };
}

/**
 * A worker's token; on a job's routes it must be for that very job. Errors: `auth.required`, and
 * `auth.forbidden` for another job.
 */
export function requireWorker(services: Services, needs: 'any' | 'job'): MiddlewareHandler<Env> {
  return async (c, next) => {
    const worker = await verifyWorkerToken(services.keys.worker, bearer(c));
    if (needs === 'job' && worker.job?.id !== c.req.param('id')) throw new ApiError('auth.forbidden');
    c.set('worker', worker);
    await next();
  };
}
