import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { getCookie, setCookie } from 'hono/cookie';
import { addressOf } from '../routing/address.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { originFor } from '../routing/origin.ts';
import type { Services } from '../services/services.ts';
import * as calls from './calls.ts';
import { nameOf } from '../identity/keys.ts';

const COOKIE = 'octavia_session';
const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * Sessions on a server without Clerk. Each browser is a user, identified by a secret in an HttpOnly cookie that it
 * exchanges for short session tokens. With Clerk this route does not exist.
 */
export function sessionRoutes(services: Services): OpenAPIHono {
  const app = new OpenAPIHono();
  const { localIdentity, config } = services;
  if (!localIdentity) return app;
  app.openapi(calls.openSession, async (c) => {
    const site = c.req.header('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      throw new OctaviaError('auth.forbidden');
    // Each request may create a new user with new limits.
    const address = addressOf(c, config.proxies);
    if (address !== undefined) await services.limit('address', address);
    const known = getCookie(c, COOKIE);
    const secret = known && /^[A-Za-z0-9_-]{43}$/.test(known) ? known : randomBytes(32).toString('base64url');
    setCookie(c, COOKIE, secret, {
      httpOnly: true,
      sameSite: 'Strict',
      secure: originFor(config, c).startsWith('https:'),
      path: '/v1/session',
      maxAge: YEAR_SECONDS,
    });
    const userId = `local_${nameOf(secret)}`;
    const { token, expiresAt } = await localIdentity.issue(userId, `sess_${nameOf(`session ${secret}`)}`);
    const expires_at = new Date(expiresAt * 1000).toISOString();
    return c.json({ token, expires_at, user_id: userId }, 200);
  });
  return app;
}
