import { createHash, timingSafeEqual } from 'node:crypto';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Context } from 'hono';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { ping } from '../db/connect.ts';
import type { Services } from '../services/services.ts';
import { addressOf } from '../routing/address.ts';
import { bearer } from '../routing/auth.ts';
import { json, refusals } from '../routing/openapi.ts';
import type { CloudConfig } from '../settings/config.ts';

const Healthy = z.object({ ok: z.boolean() });

const isAlive = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process is alive',
  responses: { 200: { description: 'It is', ...json(Healthy) } },
});

const isReady = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether the server can answer calls',
  responses: {
    200: { description: 'It can', ...json(Healthy) },
    503: { description: 'The database does not answer or is still opening', ...json(Healthy) },
  },
});

const readMetrics = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Counters of this process, for Prometheus',
  description: 'From the server’s own machine, or with the token in OCTAVIA_METRICS_TOKEN.',
  responses: {
    200: { description: 'Counters', content: { 'text/plain': { schema: z.string() } } },
    ...refusals(401),
  },
});

/** Behind a proxy that is not configured, every caller seems to be this machine; the proxy's header gives it away. */
function isHere(c: Context, { proxies }: CloudConfig): boolean {
  const address = addressOf(c, proxies);
  const proxied =
    proxies.kind === 'hops' && proxies.count === 0 && c.req.header('x-forwarded-for') !== undefined;
  // A request without a socket comes from this process.
  return address === undefined || (!proxied && /^(?:127\.|::1$)/.test(address));
}

function isToken(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}

export function healthRoutes({ config, database, metrics, log }: Services): OpenAPIHono {
  const app = new OpenAPIHono();
  app.openapi(isAlive, (c) => c.json({ ok: true }, 200));
  app.openapi(isReady, async (c) => {
    try {
      await ping(database);
      return c.json({ ok: true }, 200);
    } catch (error) {
      log.warn({ err: error }, 'the database does not answer');
      return c.json({ ok: false }, 503);
    }
  });
  app.openapi(readMetrics, async (c) => {
    const { metricsToken } = config;
    const allowed = isHere(c, config) || (metricsToken !== undefined && isToken(bearer(c), metricsToken));
    if (!allowed) throw new OctaviaError('auth.required');
    return c.text(await metrics.registry.metrics(), 200, { 'Content-Type': metrics.registry.contentType });
  });
  return app;
}
