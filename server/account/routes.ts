import { OpenAPIHono } from '@hono/zod-openapi';
import { requireUser, type Env } from '../routing/auth.ts';
import { originFor } from '../routing/origin.ts';
import type { Services } from '../services/services.ts';
import { exportUser, removeUser } from './account.ts';
import * as calls from './calls.ts';

/** Exports or deletes everything a user has here. */
export function accountRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>();
  const middleware = requireUser(services);

  app.openapi({ ...calls.exportAccount, middleware }, async (c) =>
    c.json(await exportUser(services, c.get('user').userId, originFor(services.config, c)), 200),
  );

  app.openapi({ ...calls.removeAccount, middleware }, async (c) => {
    await removeUser(services, c.get('user').userId);
    return c.body(null, 204);
  });

  return app;
}
