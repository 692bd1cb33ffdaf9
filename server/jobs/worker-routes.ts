import { OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { Context } from 'hono';
import { eq } from 'drizzle-orm';
import { jobs, outputs, uploads } from '../db/schema.ts';
import { requireWorker, type Env } from '../http/auth.ts';
import { ApiError } from '../http/errors.ts';
import { invalidHook } from '../http/openapi.ts';
import type { Services } from '../services.ts';
import { checkKey, type Body } from '../storage/storage.ts';
import { userFolder } from '../uploads/request.ts';
import { sourceLink } from '../uploads/source.ts';
import { deleteCheckpoints, getCheckpoint, listCheckpoints, putCheckpoint } from './checkpoints.ts';
import { claim } from './claim.ts';
import type { Claim } from './shapes.ts';
import type { JobRow } from './start.ts';
import * as calls from './worker-calls.ts';
import { complete, fail, handBack, heartbeat, requireHeld, type Fence } from './work.ts';

/** A key of the pipeline's store (src/pipeline/ports.ts). It names a row, never a file. */
const CheckpointName = z.object({
  name: z
    .string()
    .max(500)
    .regex(/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/),
});

/** Bytes of one checkpoint: a finished segment's sound, a transcript. */
const CHECKPOINT_BYTES = 64 * 2 ** 20;

/** The attempt that the caller's token speaks for. */
function fenceOf(c: Context<Env>): Fence {
  const job = c.get('worker').job;
  if (!job) throw new ApiError('auth.forbidden');
  return { jobId: job.id, attempt: job.attempt };
}

/** What workers do. All but the claims name job and attempt in their token, and are fenced by them. */
export function workerRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalidHook });
  const { write } = services.database;
  const { lease } = services.config.timing;
  const any = requireWorker(services, 'any');
  const own = requireWorker(services, 'job');

  app.openapi({ ...calls.claimNext, middleware: any }, async (c) => {
    const until = Date.now() + c.req.valid('json').wait_seconds * 1000;
    for (;;) {
      const task = await services.waiting.next(Math.max(0, until - Date.now()), c.req.raw.signal);
      if (!task) return c.body(null, 204);
      const job = await claim(write, task.jobId, c.get('worker').worker, lease);
      // Another worker was quicker: there may be more.
      if (job) return c.json(await claimFor(services, c, job), 200);
    }
  });

  app.openapi({ ...calls.claimJob, middleware: any }, async (c) => {
    const job = await claim(write, c.req.valid('param').id, c.get('worker').worker, lease);
    if (!job) throw new ApiError('job.not_claimable');
    return c.json(await claimFor(services, c, job), 200);
  });

  app.openapi({ ...calls.sayHeartbeat, middleware: own }, async (c) => {
    const fence = fenceOf(c);
    await heartbeat(write, fence, c.req.valid('json'), lease);
    await services.signals.wake(fence.jobId);
    return c.json({ ok: true as const }, 200);
  });

  app.openapi({ ...calls.releaseJob, middleware: own }, async (c) => {
    await handBack(write, fenceOf(c));
    services.tell(c.req.valid('param').id);
    return c.json({ ok: true as const }, 200);
  });

  app.openapi({ ...calls.failJob, middleware: own }, async (c) => {
    await fail(write, fenceOf(c), c.req.valid('json'));
    services.tell(c.req.valid('param').id);
    return c.json({ ok: true as const }, 200);
  });

  app.openapi({ ...calls.completeJob, middleware: own }, async (c) => {
    const { repeated } = await complete(write, fenceOf(c), c.req.valid('json'));
    if (!repeated) services.metrics.jobsEnded.inc({ status: 'done' });
    services.tell(c.req.valid('param').id);
    return c.json({ ok: true as const }, 200);
  });

  app.put('/v1/jobs/:id/outputs/:name', requireWorker(services, 'job'), async (c) => {
    const saved = await putOutput(services, fenceOf(c), c);
    return c.json(saved, 201);
  });

  const checkpointPath = '/v1/jobs/:id/checkpoint';
  const limit = bodyLimit({ maxSize: CHECKPOINT_BYTES, onError: tooLarge });
  app.post(checkpointPath, requireWorker(services, 'job'), limit, async (c) => {
    const { name } = CheckpointName.parse({ name: c.req.query('name') });
    await putCheckpoint(services, fenceOf(c), name, new Uint8Array(await c.req.arrayBuffer()));
    return c.json({ ok: true as const }, 201);
  });
  app.get(checkpointPath, requireWorker(services, 'job'), async (c) => {
    const bytes = await getCheckpoint(services, fenceOf(c), c.req.query('name') ?? '');
    if (!bytes) throw new ApiError('not.found');
    return c.body(bytes, 200, { 'Content-Type': 'application/octet-stream' });
  });
  app.delete(checkpointPath, requireWorker(services, 'job'), async (c) => {
    await deleteCheckpoints(services, fenceOf(c), c.req.query('prefix') ?? '');
    return c.json({ ok: true as const });
  });
  app.get('/v1/jobs/:id/checkpoints', requireWorker(services, 'job'), async (c) => {
    return c.json({ names: await listCheckpoints(services, fenceOf(c), c.req.query('prefix') ?? '') });
  });

  return app;
}

function tooLarge(): never {
  throw new ApiError('request.too_large');
}

/** What the worker needs to begin. */
async function claimFor(services: Services, c: Context, job: JobRow): Promise<Claim> {
  services.tell(job.id);
  const [upload] = await services.database.write.select().from(uploads).where(eq(uploads.id, job.uploadId));
  if (!upload) throw new Error('A job references its upload.');
  const expires = new Date(Date.now() + services.config.timing.linkLifetime * 1000);
  const { filename, contentType, size: bytes } = upload;
  const url = await sourceLink(services, c, upload, expires);
  return {
    jobId: job.id,
    attempt: job.attempt,
    leaseSeconds: services.config.timing.lease,
    wish: job.wish,
    input: { url, filename, bytes, contentType },
  };
}

/** Stores an output under the attempt's own name, so that a stale worker can never touch another's. */
async function putOutput(services: Services, fence: Fence, c: Context<Env>) {
  const { write } = services.database;
  const name = checkKey(c.req.param('name') ?? '');
  const job = await requireHeld(write, fence);
  const key = checkKey(`results/${userFolder(job.userId)}/${job.id}/${fence.attempt}/${name}`);
  const contentType = c.req.header('content-type') ?? 'application/octet-stream';
  const length = Number(c.req.header('content-length') ?? NaN);
  const promised = c.req.query('sha256');
  const body = (c.req.raw.body ?? new Blob([]).stream()) as Body;
  const { bytes, sha256 } = await services.storage.put(key, body, {
    contentType,
    ...(Number.isFinite(length) ? { bytes: length } : {}),
    ...(promised === undefined ? {} : { sha256: promised }),
  });
  const values = { jobId: job.id, attempt: fence.attempt, name, objectKey: key, bytes, sha256, contentType };
  const target = [outputs.jobId, outputs.attempt, outputs.name];
  await write
    .transaction(async (tx) => {
      await requireHeld(tx, fence);
      await tx.insert(outputs).values(values).onConflictDoUpdate({ target, set: values });
    })
    .catch(async (error: unknown) => {
      // The job was stopped or removed meanwhile; only as the result of one that is done the file may be needed.
      const [now] = await write.select({ status: jobs.status }).from(jobs).where(eq(jobs.id, job.id));
      if (now?.status !== 'done') await services.storage.delete(key);
      throw error;
    });
  return { name, bytes, sha256 };
}
