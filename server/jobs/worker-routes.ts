import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { eq } from 'drizzle-orm';
import { uploads } from '../db/schema.ts';
import { requireAttempt, requireWorker, type Env } from '../routing/auth.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { invalidHook } from '../routing/openapi.ts';
import { originFor } from '../routing/origin.ts';
import type { Services } from '../services/services.ts';
import { issueAttemptToken } from '../identity/attempt-token.ts';
import { sourceLink } from '../uploads/source.ts';
import { failAttempt, handBack, heartbeat } from './attempts.ts';
import { claim } from './claim.ts';
import { complete } from './complete.ts';
import { postpone } from './outage.ts';
import type { Claim } from './worker-shapes.ts';
import type { JobRow } from './lifecycle.ts';
import { moved } from './moved.ts';
import * as calls from './worker-calls.ts';

/** The workers' routes. All but the claims carry the job and attempt in their token, which fences them. */
export function workerRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalidHook });
  const { write } = services.database;
  const { lease, outage } = services.config.timing;
  const any = requireWorker(services);
  const own = requireAttempt(services);

  app.openapi({ ...calls.claimNext, middleware: any }, async (c) => {
    const until = Date.now() + c.req.valid('json').wait_seconds * 1000;
    for (;;) {
      const task = await services.waiting.next(Math.max(0, until - Date.now()), c.req.raw.signal);
      if (!task) return c.body(null, 204);
      const job = await claim(write, task.jobId, c.get('worker'), lease);
      // Another worker was faster; there may be more jobs.
      if (job) return c.json(await claimFor(services, c, job), 200);
    }
  });

  app.openapi({ ...calls.claimJob, middleware: any }, async (c) => {
    const job = await claim(write, c.req.valid('param').id, c.get('worker'), lease);
    if (!job) throw new OctaviaError('job.not_claimable');
    return c.json(await claimFor(services, c, job), 200);
  });

  app.openapi({ ...calls.sayHeartbeat, middleware: own }, async (c) => {
    const fence = c.get('fence');
    await heartbeat(write, fence, c.req.valid('json'), lease);
    await services.signals.wake(fence.jobId);
    return c.json({ ok: true as const }, 200);
  });

  app.openapi({ ...calls.releaseJob, middleware: own }, async (c) => {
    const stopping = c.req.valid('json').reason === 'stopping';
    moved(
      services,
      await (stopping ? handBack(write, c.get('fence')) : postpone(write, c.get('fence'), outage)),
    );
    return c.json({ ok: true as const }, 200);
  });

  app.openapi({ ...calls.failJob, middleware: own }, async (c) => {
    moved(services, await failAttempt(write, c.get('fence'), c.req.valid('json')));
    return c.json({ ok: true as const }, 200);
  });

  app.openapi({ ...calls.completeJob, middleware: own }, async (c) => {
    const job = await complete(write, c.get('fence'), c.req.valid('json'));
    if (job) moved(services, job);
    return c.json({ ok: true as const }, 200);
  });

  return app;
}

/** What the worker needs to start. */
async function claimFor(services: Services, c: Context<Env>, job: JobRow): Promise<Claim> {
  moved(services, job);
  const worker = c.get('worker');
  const [upload] = await services.database.write.select().from(uploads).where(eq(uploads.id, job.uploadId));
  if (!upload) throw new Error('A job references its upload.');
  const expires = new Date(Date.now() + services.config.timing.linkLifetime * 1000);
  const { filename, contentType, size: bytes } = upload;
  const url = await sourceLink(services, upload, expires, originFor(services.config, c));
  return {
    jobId: job.id,
    attempt: job.attempt,
    token: await issueAttemptToken(services.keys.attempts, { worker, job }),
    leaseSeconds: services.config.timing.lease,
    wish: job.wish,
    input: { url, filename, bytes, contentType },
  };
}
