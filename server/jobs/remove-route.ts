import { OpenAPIHono } from '@hono/zod-openapi';
import { requireUser, type Env } from '../routing/auth.ts';
import { invalidHook } from '../routing/openapi.ts';
import type { Services } from '../services/services.ts';
import * as calls from './calls.ts';
import { removeJob } from './remove.ts';
import { ownJob } from './view.ts';

/** Lets an owner remove a job, its file and its results for good. */
export function removeRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalidHook });
  app.openapi({ ...calls.removeJob, middleware: requireUser(services) }, async (c) => {
    const { job } = await ownJob(services.database.write, c.get('user').userId, c.req.valid('param').id);
    await removeJob(services, job.id);
    return c.body(null, 204);
  });
  return app;
}
