import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bearer, requireUser, type Env } from '../http/auth.ts';
import { ApiError } from '../http/errors.ts';
import { bearerAuth, invalidHook, json, jsonBody, refusals } from '../http/openapi.ts';
import { absoluteFor } from '../http/origin.ts';
import type { Services } from '../services.ts';
import { ownUpload } from '../uploads/request.ts';
import { eventsAfter } from './events.ts';
import { JobSchema, JobWishSchema, ResultSchema, type JobResult } from './shapes.ts';
import { startJob } from './start.ts';
import { eventStream } from './stream.ts';
import { issueTicket, redeemTicket } from './tickets.ts';
import { ownJob, ownJobs } from './view.ts';
import { cancel } from './work.ts';

const one = { params: z.object({ id: z.uuid() }) };

/** What the owner of jobs can do. */
export function jobRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalidHook });
  const { read, write } = services.database;
  const middleware = requireUser(services);

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/jobs',
      summary: 'Dub an uploaded file; the same file into the same language is the same job',
      security: bearerAuth,
      middleware,
      request: { body: jsonBody(z.strictObject({ upload_id: z.uuid(), job: JobWishSchema })) },
      responses: {
        200: { description: 'It exists', ...json(JobSchema) },
        201: { description: 'It waits for a worker', ...json(JobSchema) },
        ...refusals(400, 401, 404, 409, 429),
      },
    }),
    async (c) => {
      const { upload_id, job: wish } = c.req.valid('json');
      const user = c.get('user');
      const upload = await ownUpload(services, user.userId, upload_id);
      if (upload.state !== 'arrived') throw new ApiError('upload.incomplete');
      const { job, created } = await write.transaction((tx) => startJob(tx, upload, wish));
      if (created) services.tell(job.id);
      const { view } = await ownJob(write, user.userId, job.id);
      return created ? c.json(view, 201) : c.json(view, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/jobs',
      summary: 'The jobs of the user, newest first',
      security: bearerAuth,
      middleware,
      request: {
        query: z.object({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          before: z.iso.datetime().optional(),
        }),
      },
      responses: {
        200: { description: 'Jobs', ...json(z.object({ jobs: z.array(JobSchema) })) },
        ...refusals(401),
      },
    }),
    async (c) => {
      const { limit, before } = c.req.valid('query');
      const found = await ownJobs(read, c.get('user').userId, limit, before ? new Date(before) : undefined);
      return c.json({ jobs: found }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/jobs/{id}',
      summary: 'One job',
      security: bearerAuth,
      middleware,
      request: one,
      responses: { 200: { description: 'The job', ...json(JobSchema) }, ...refusals(401, 404) },
    }),
    async (c) => c.json((await ownJob(read, c.get('user').userId, c.req.valid('param').id)).view, 200),
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/jobs/{id}/cancel',
      summary: 'Stop a job',
      security: bearerAuth,
      middleware,
      request: one,
      responses: { 200: { description: 'It is stopped', ...json(JobSchema) }, ...refusals(401, 404, 409) },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { userId } = c.get('user');
      await cancel(write, userId, id);
      services.tell(id);
      return c.json((await ownJob(write, userId, id)).view, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/jobs/{id}/ticket',
      summary: 'A one-use ticket for the event stream, for EventSource',
      security: bearerAuth,
      middleware,
      request: one,
      responses: {
        201: { description: 'Valid for 60 s', ...json(z.object({ ticket: z.string() })) },
        ...refusals(401, 404),
      },
    }),
    async (c) => {
      const { job } = await ownJob(read, c.get('user').userId, c.req.valid('param').id);
      return c.json({ ticket: await issueTicket(write, job.userId, job.id) }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/jobs/{id}/events',
      summary: 'What happens to a job, as server-sent events; goes on after Last-Event-ID',
      security: bearerAuth,
      request: { ...one, query: z.object({ ticket: z.string().max(100).optional() }) },
      responses: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
        204: { description: 'The job has ended and every event was seen' },
        ...refusals(401, 404, 429),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const ticket = c.req.valid('query').ticket;
      const { userId } =
        ticket === undefined ? await userOf(services, c) : await redeemTicket(write, ticket, id);
      const { job } = await ownJob(read, userId, id);
      const last = Number(/^\d{1,15}$/.exec(c.req.header('last-event-id') ?? '')?.[0] ?? 0);
      // HTML, 9.2.3: 204 tells an EventSource to stop coming back.
      const over = job.finishedAt !== null && (await eventsAfter(read, id, last)).length === 0;
      if (over) return c.body(null, 204);
      return openStream(services, userId, id, last);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/jobs/{id}/result',
      summary: 'Links to the finished files, valid for 24 h',
      security: bearerAuth,
      middleware,
      request: one,
      responses: { 200: { description: 'Links', ...json(ResultSchema) }, ...refusals(401, 404, 409) },
    }),
    async (c) => {
      const { job, view } = await ownJob(read, c.get('user').userId, c.req.valid('param').id);
      if (!job.result) throw new ApiError('job.not_done');
      return c.json(await links(services, c, job.result, view.filename, job.target, job.report ?? {}), 200);
    },
  );

  return app;
}

async function userOf(services: Services, c: Context): Promise<{ userId: string }> {
  return services.identity.verify(bearer(c));
}

function openStream(services: Services, userId: string, jobId: string, after: number): Response {
  const { streams, config } = services;
  const open = streams.get(userId) ?? 0;
  if (open >= config.limits.streams) throw new ApiError('rate.limited');
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
      // nginx would otherwise gather events before passing them on.
      'X-Accel-Buffering': 'no',
    },
  });
}

async function links(
  services: Services,
  c: Context,
  result: JobResult,
  filename: string,
  target: string,
  report: Record<string, unknown>,
): Promise<z.infer<typeof ResultSchema>> {
  const expires = new Date(Date.now() + services.config.timing.linkLifetime * 1000);
  const stem = filename.replace(/\.[^.]{1,10}$/, '');
  const link = async (output: JobResult['video']) => {
    const extension = /\.[A-Za-z0-9]{1,10}$/.exec(output.name)?.[0] ?? '';
    const name = `${stem}.${target}${extension}`;
    const { key, contentType } = output;
    return absoluteFor(
      services.config,
      c,
      await services.storage.link(key, { expires, filename: name, contentType }),
    );
  };
  return {
    url: await link(result.video),
    subtitles_url: result.subtitles ? await link(result.subtitles) : null,
    expires_at: expires.toISOString(),
    bytes: result.video.bytes,
    sha256: result.video.sha256,
    content_type: result.video.contentType,
    report,
  };
}
