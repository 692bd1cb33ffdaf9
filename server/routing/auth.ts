import type { Context, MiddlewareHandler } from 'hono';
import type { Identity } from '../identity/identity.ts';
import { verifyAttemptToken } from '../identity/attempt-token.ts';
import { verifyWorkerToken } from '../identity/worker-token.ts';
import type { Services } from '../services/services.ts';
import { OctaviaError } from '@octavia/pipeline/errors';

/** The attempt at a job that a worker speaks for. */
export interface Fence {
  readonly jobId: string;
  readonly attempt: number;
}

/** What the middleware has found out about a request. */
export interface Env {
  Variables: {
    user: Identity;
    /** The name of a worker that asks for jobs. */
    worker: string;
    fence: Fence;
  };
}

/** The request's bearer token. Tokens in addresses or cookies are ignored. Errors: `auth.required`. */
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

/** A worker that asks for jobs. Errors: `auth.required`, `rate.limited`. */
export function requireWorker(services: Services): MiddlewareHandler<Env> {
  return async (c, next) => {
    const worker = await verifyWorkerToken(services.keys.worker, bearer(c));
    await services.limit('worker', worker);
    c.set('worker', worker);
    await next();
  };
}

/**
 * The worker that holds the job in the address, by the token that came with its claim.
 * Errors: `auth.required`, `rate.limited`, and `auth.forbidden` for another job.
 */
export function requireAttempt(services: Services): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { worker, job } = await verifyAttemptToken(services.keys.attempts, bearer(c));
    await services.limit('worker', worker);
    if (job.id !== c.req.param('id')) throw new OctaviaError('auth.forbidden');
    c.set('fence', { jobId: job.id, attempt: job.attempt });
    await next();
  };
}
