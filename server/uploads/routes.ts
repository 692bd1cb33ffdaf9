import { OpenAPIHono } from '@hono/zod-openapi';
import { requireUser, type Env } from '../routing/auth.ts';
import { invalidHook } from '../routing/openapi.ts';
import { originFor } from '../routing/origin.ts';
import type { Services } from '../services/services.ts';
import * as calls from './calls.ts';
import { giveUpUpload } from './remove.ts';
import { renewTicket, requestUpload } from './request.ts';

export function uploadRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalidHook });

  app.openapi({ ...calls.requestUpload, middleware: requireUser(services) }, async (c) =>
    c.json(
      await requestUpload(services, c.get('user'), c.req.valid('json'), originFor(services.config, c)),
      201,
    ),
  );

  app.openapi({ ...calls.renewTicket, middleware: requireUser(services) }, async (c) =>
    c.json(
      await renewTicket(services, c.get('user'), c.req.valid('param').id, originFor(services.config, c)),
      200,
    ),
  );

  app.openapi({ ...calls.giveUpUpload, middleware: requireUser(services) }, async (c) => {
    await giveUpUpload(services, c.get('user').userId, c.req.valid('param').id);
    return c.body(null, 204);
  });

  return app;
}
