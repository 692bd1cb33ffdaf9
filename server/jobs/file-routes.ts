import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { Context } from 'hono';
import { and, eq } from 'drizzle-orm';
import { compact } from '@octavia/pipeline/compact';
import { outputs } from '../db/schema.ts';
import { requireAttempt, type Env } from '../routing/auth.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { invalidHook } from '../routing/openapi.ts';
import type { Services } from '../services/services.ts';
import { checkKey, type Body } from '../storage/storage.ts';
import { userFolder } from '../uploads/request.ts';
import { deleteCheckpoints, getCheckpoint, listCheckpoints, putCheckpoint } from './checkpoints.ts';
import * as calls from './file-calls.ts';
import { requireHeld } from './held.ts';
import type { Fence } from '../routing/auth.ts';

/** Bytes of one checkpoint: a finished segment's sound, a transcript. */
const CHECKPOINT_BYTES = 64 * 2 ** 20;

/** Where workers store what they have finished, at the end of a job and during it. */
export function fileRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalidHook });
  const middleware = requireAttempt(services);

  app.openapi({ ...calls.putOutput, middleware }, async (c) =>
    c.json(await storeOutput(services, c.get('fence'), c, c.req.valid('query').sha256), 201),
  );

  const limit = bodyLimit({ maxSize: CHECKPOINT_BYTES, onError: tooLarge });
  app.openapi({ ...calls.putCheckpoint, middleware: [middleware, limit] as const }, async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    await putCheckpoint(services, c.get('fence'), c.req.valid('query').name, bytes);
    return c.json({ ok: true as const }, 201);
  });

  app.openapi({ ...calls.getCheckpoint, middleware }, async (c) => {
    const bytes = await getCheckpoint(services, c.get('fence'), c.req.valid('query').name);
    if (!bytes) throw new OctaviaError('not.found');
    return c.body(bytes, 200, { 'Content-Type': 'application/octet-stream' });
  });

  app.openapi({ ...calls.deleteCheckpoints, middleware }, async (c) => {
    await deleteCheckpoints(services, c.get('fence'), c.req.valid('query').prefix);
    return c.json({ ok: true as const }, 200);
  });

  app.openapi({ ...calls.listCheckpoints, middleware }, async (c) =>
    c.json({ names: await listCheckpoints(services, c.get('fence'), c.req.valid('query').prefix) }, 200),
  );

  return app;
}

function tooLarge(): never {
  throw new OctaviaError('request.too_large');
}

/** Stores an output under a name that no other call uses, so a late call cannot touch a result. */
async function storeOutput(services: Services, fence: Fence, c: Context<Env>, promised: string | undefined) {
  const { write } = services.database;
  const name = checkKey(c.req.param('name') ?? '');
  const job = await requireHeld(write, fence);
  const key = checkKey(
    `results/${userFolder(job.userId)}/${job.id}/${fence.attempt}/${randomUUID()}/${name}`,
  );
  const contentType = c.req.header('content-type') ?? 'application/octet-stream';
  const length = Number(c.req.header('content-length') ?? NaN);
  const body = (c.req.raw.body ?? new Blob([]).stream()) as Body;
  const { bytes, sha256 } = await services.storage.put(
    key,
    body,
    compact({ contentType, bytes: Number.isFinite(length) ? length : undefined, sha256: promised }),
  );
  const values = { jobId: job.id, attempt: fence.attempt, name, objectKey: key, bytes, sha256, contentType };
  const target = [outputs.jobId, outputs.attempt, outputs.name];
  const replaced = await write
    .transaction(async (tx) => {
      await requireHeld(tx, fence);
      const same = and(eq(outputs.jobId, job.id), eq(outputs.attempt, fence.attempt), eq(outputs.name, name));
      const [old] = await tx.select().from(outputs).where(same).for('update');
      await tx.insert(outputs).values(values).onConflictDoUpdate({ target, set: values });
      return old?.objectKey;
    })
    .catch(async (error: unknown) => {
      // The job was stopped, removed or completed in the meantime.
      await services.storage.delete(key);
      throw error;
    });
  if (replaced !== undefined) await services.storage.delete(replaced);
  return { name, bytes, sha256 };
}
