import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { uploads } from '../db/schema.ts';
import type { JobResult } from '../db/values.ts';
import { requireUser, userOf, type Env } from '../routing/auth.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { invalidHook } from '../routing/openapi.ts';
import { originFor } from '../routing/origin.ts';
import type { Services } from '../services/services.ts';
import { ownUpload } from '../uploads/request.ts';
import { sourceIsKept, sourceLink } from '../uploads/source.ts';
import * as calls from './calls.ts';
import { eventsAfter } from './events.ts';
import { takeOver } from './handover.ts';
import type { ResultSchema } from './shapes.ts';
import { cancelOwnJob, retryOwnJob, startOwnJob } from './owner.ts';
import type { JobRow } from './lifecycle.ts';
import { eventStream } from './stream.ts';
import { issueTicket, redeemTicket } from './tickets.ts';
import { ownJob, ownJobs } from './view.ts';

/** What the owner of jobs can do. */
export function jobRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalidHook });
  const { read, write } = services.database;
  const middleware = requireUser(services);

  app.openapi({ ...calls.startJob, middleware }, async (c) => {
    const { upload_id, job: wish, handover } = c.req.valid('json');
    const user = c.get('user');
    const { job, begun } = await startOwnJob(services, user.userId, upload_id, wish, handover);
    const { view } = await ownJob(write, user.userId, job.id);
    return begun ? c.json(view, 201) : c.json(view, 200);
  });

  app.openapi({ ...calls.retryJob, middleware }, async (c) => {
    const { attempt, job: wish } = c.req.valid('json');
    const { userId } = c.get('user');
    const { job, begun } = await retryOwnJob(services, userId, c.req.valid('param').id, { attempt, wish });
    const { view } = await ownJob(write, userId, job.id);
    return begun ? c.json(view, 201) : c.json(view, 200);
  });

  app.openapi({ ...calls.handOver, middleware }, async (c) => {
    const form = await c.req.formData();
    const parts = [...form].map(async ([name, value]) => {
      if (typeof value === 'string') throw new OctaviaError('request.invalid');
      return { name, bytes: new Uint8Array(await value.arrayBuffer()) };
    });
    const last = c.req.valid('query').last === 'true';
    await takeOver(services, c.get('user').userId, c.req.valid('param').id, await Promise.all(parts), last);
    return c.body(null, 204);
  });

  app.openapi({ ...calls.listJobs, middleware }, async (c) => {
    const { limit, before } = c.req.valid('query');
    const found = await ownJobs(read, c.get('user').userId, limit, before ? new Date(before) : undefined);
    return c.json({ jobs: found }, 200);
  });

  app.openapi({ ...calls.getJob, middleware }, async (c) => {
    const { job, view } = await ownJob(read, c.get('user').userId, c.req.valid('param').id);
    return c.json({ ...view, wish: job.wish }, 200);
  });

  app.openapi({ ...calls.cancelJob, middleware }, async (c) => {
    const { id } = c.req.valid('param');
    const { userId } = c.get('user');
    await cancelOwnJob(services, userId, id);
    return c.json((await ownJob(write, userId, id)).view, 200);
  });

  app.openapi({ ...calls.issueTicket, middleware }, async (c) => {
    const { job } = await ownJob(read, c.get('user').userId, c.req.valid('param').id);
    return c.json({ ticket: await issueTicket(write, job.userId, job.id) }, 201);
  });

  app.openapi(calls.followJob, async (c) => {
    const { id } = c.req.valid('param');
    const ticket = c.req.valid('query').ticket;
    const { userId } =
      ticket === undefined ? await userOf(services, c) : await redeemTicket(write, ticket, id);
    const { job } = await ownJob(read, userId, id);
    const last = Number(/^\d{1,15}$/.exec(c.req.header('last-event-id') ?? '')?.[0] ?? 0);
    // HTML, 9.2.3: 204 tells an EventSource to stop reconnecting.
    const over = job.finishedAt !== null && (await eventsAfter(read, id, last)).length === 0;
    if (over) return c.body(null, 204);
    return openStream(services, userId, id, last);
  });

  app.openapi({ ...calls.getResult, middleware }, async (c) => {
    const { job } = await ownJob(read, c.get('user').userId, c.req.valid('param').id);
    if (!job.result) throw new OctaviaError('job.not_done');
    const upload = await ownUpload(services, job.userId, job.uploadId);
    return c.json(
      await links(services, originFor(services.config, c), { ...job, result: job.result, upload }),
      200,
    );
  });

  return app;
}

function openStream(services: Services, userId: string, jobId: string, after: number): Response {
  const { streams, config } = services;
  const open = streams.get(userId) ?? 0;
  if (open >= config.limits.streams) throw new OctaviaError('rate.limited');
  streams.set(userId, open + 1);
  const left = () => {
    const now = (streams.get(userId) ?? 1) - 1;
    if (now > 0) streams.set(userId, now);
    else streams.delete(userId);
  };
  return new Response(eventStream(services, jobId, after, left), {
    headers: {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      // Otherwise nginx would buffer events before passing them on.
      'X-Accel-Buffering': 'no',
    },
  });
}

interface Finished extends Pick<JobRow, 'target' | 'report'> {
  readonly result: JobResult;
  readonly upload: typeof uploads.$inferSelect;
}

async function links(
  services: Services,
  origin: string,
  { result, upload, target, report }: Finished,
): Promise<z.infer<typeof ResultSchema>> {
  const expires = new Date(Date.now() + services.config.timing.linkLifetime * 1000);
  const stem = upload.filename.replace(/\.[^.]{1,10}$/, '');
  const link = async (output: JobResult['video']) => {
    const extension = /\.[A-Za-z0-9]{1,10}$/.exec(output.name)?.[0] ?? '';
    const name = `${stem}.${target}${extension}`;
    const { key, contentType } = output;
    return services.storage.link(key, { expires, filename: name, contentType, origin });
  };
  return {
    url: await link(result.video),
    original_url: (await sourceIsKept(services, upload))
      ? await sourceLink(services, upload, expires, origin)
      : null,
    subtitles_url: result.subtitles ? await link(result.subtitles) : null,
    expires_at: expires.toISOString(),
    bytes: result.video.bytes,
    sha256: result.video.sha256,
    content_type: result.video.contentType,
    report: report ?? {},
  };
}
