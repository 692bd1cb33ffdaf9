import { OpenAPIHono } from '@hono/zod-openapi';
import { OctaviaError } from '@octavia/pipeline/errors';
import { answerFor, errorResponse } from '../routing/errors.ts';

/** Stands in for the API while the cloud opens: alive, not ready, try again soon. */
export function openingApi(): OpenAPIHono {
  const app = new OpenAPIHono();
  app.get('/healthz', (c) => c.json({ ok: true }));
  app.get('/readyz', (c) => c.json({ ok: false }, 503, { 'Retry-After': '2' }));
  for (const path of ['/v1/*', '/webhooks/*', '/openapi.json', '/metrics']) {
    app.all(path, (c) => {
      c.header('Retry-After', '2');
      c.header('Cache-Control', 'no-store');
      return errorResponse(c, answerFor(new OctaviaError('unavailable')));
    });
  }
  return app;
}
