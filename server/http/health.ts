import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { ping } from '../db/connect.ts';
import type { Services } from '../services/services.ts';
import { json } from '../routing/openapi.ts';

const Healthy = z.object({ ok: z.boolean() });

const isAlive = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process lives',
  responses: { 200: { description: 'It does', ...json(Healthy) } },
});

const isReady = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether calls can be answered',
  responses: {
    200: { description: 'They can', ...json(Healthy) },
    503: { description: 'The database does not answer, or is still being opened', ...json(Healthy) },
  },
});

const readMetrics = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Counters of this process, for Prometheus',
  responses: { 200: { description: 'Counters', content: { 'text/plain': { schema: z.string() } } } },
});

export function healthRoutes({ database, metrics, log }: Services): OpenAPIHono {
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
  app.openapi(readMetrics, async (c) =>
    c.text(await metrics.registry.metrics(), 200, { 'Content-Type': metrics.registry.contentType }),
  );
  return app;
}
