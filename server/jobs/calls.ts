import { createRoute, z } from '@hono/zod-openapi';
import { bearerAuth, json, jsonBody, refusals } from '../routing/openapi.ts';
import { JobWishSchema } from '../wish/shapes.ts';
import { JobSchema, ResultSchema, WishedJobSchema } from './shapes.ts';

/** What the owner of jobs can do. */

const StartSchema = z.strictObject({
  upload_id: z.uuid(),
  job: JobWishSchema,
  /** The page sends what a device has already finished (POST /v1/jobs/{id}/handover) before workers may start. */
  handover: z.boolean().default(false),
});

const one = { params: z.object({ id: z.uuid() }) };

export const startJob = createRoute({
  method: 'post',
  path: '/v1/jobs',
  summary: 'Dub an uploaded file; the same file into the same language is the same job',
  description:
    'A repeated request returns the job as it is, even one that has ended; /v1/jobs/{id}/retry starts it again. ' +
    'A request with different options is refused (`job.other_wish`).',
  security: bearerAuth,
  request: { body: jsonBody(StartSchema) },
  responses: {
    200: { description: 'It already exists', ...json(JobSchema) },
    201: { description: 'It waits for a worker', ...json(JobSchema) },
    ...refusals(400, 401, 404, 409, 410, 429),
  },
});

const RetrySchema = z.strictObject({
  /** The job's `attempt` when it ended. A second call for the same attempt, however late, changes nothing. */
  attempt: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  /** New options for the same language; without them the job keeps those it had. */
  job: JobWishSchema.optional(),
});

export const retryJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/retry',
  summary: 'Start a failed or cancelled job again; it reuses what it had finished',
  security: bearerAuth,
  request: { ...one, body: jsonBody(RetrySchema) },
  responses: {
    200: { description: 'It did not fail and was not cancelled; nothing changed', ...json(JobSchema) },
    201: { description: 'It waits for a worker', ...json(JobSchema) },
    ...refusals(400, 401, 404, 409, 410, 429),
  },
});

export const listJobs = createRoute({
  method: 'get',
  path: '/v1/jobs',
  summary: 'The jobs of the user, newest first',
  security: bearerAuth,
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
});

export const getJob = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  summary: 'One job, with its options',
  security: bearerAuth,
  request: one,
  responses: { 200: { description: 'The job', ...json(WishedJobSchema) }, ...refusals(401, 404) },
});

export const cancelJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/cancel',
  summary: 'Stop a job',
  security: bearerAuth,
  request: one,
  responses: { 200: { description: 'It is stopped', ...json(JobSchema) }, ...refusals(401, 404, 409) },
});

export const issueTicket = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/ticket',
  summary: 'A one-use ticket for the event stream, for EventSource',
  security: bearerAuth,
  request: one,
  responses: {
    201: { description: 'Valid for 60 s', ...json(z.object({ ticket: z.string() })) },
    ...refusals(401, 404),
  },
});

export const followJob = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/events',
  summary: 'A job’s events, as server-sent events; continues after Last-Event-ID',
  security: bearerAuth,
  request: { ...one, query: z.object({ ticket: z.string().max(100).optional() }) },
  responses: {
    200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
    204: { description: 'The job has ended and every event has been sent' },
    ...refusals(401, 404, 429),
  },
});

export const getResult = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/result',
  summary: 'Links to the finished files, valid for 24 h',
  security: bearerAuth,
  request: one,
  responses: { 200: { description: 'Links', ...json(ResultSchema) }, ...refusals(401, 404, 409) },
});

export const removeJob = createRoute({
  method: 'delete',
  path: '/v1/jobs/{id}',
  summary: 'Stop a job if it is running, and remove it with its file and results',
  security: bearerAuth,
  request: one,
  responses: { 204: { description: 'It is removed' }, ...refusals(401, 404, 503) },
});

export const handOver = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/handover',
  summary: 'Send what a device has finished of a job that was started with `handover`',
  description:
    'Each field is a part: its name is the key in the device’s store, its value the bytes. 16 MiB per request.',
  security: bearerAuth,
  request: {
    ...one,
    query: z.object({ last: z.enum(['true', 'false']).default('false') }),
    body: { content: { 'multipart/form-data': { schema: z.looseObject({}) } } },
  },
  responses: {
    204: { description: 'Kept; with `last` the job now waits for a worker' },
    ...refusals(400, 401, 404, 409, 413),
  },
});
