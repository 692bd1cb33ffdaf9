import { createRoute, z } from '@hono/zod-openapi';
import { bearerAuth, json, jsonBody, refusals } from '../routing/openapi.ts';
import { JobWishSchema } from '../wish/shapes.ts';
import { JobSchema, ResultSchema, WishedJobSchema } from './shapes.ts';

/** What the owner of jobs can ask for. */

const StartSchema = z.strictObject({
  upload_id: z.uuid(),
  job: JobWishSchema,
  /** The page brings what a device has finished of it (POST /v1/jobs/{id}/handover) before workers may begin. */
  handover: z.boolean().default(false),
});

const one = { params: z.object({ id: z.uuid() }) };

export const startJob = createRoute({
  method: 'post',
  path: '/v1/jobs',
  summary: 'Dub an uploaded file; the same file into the same language is the same job',
  description:
    'Asked for again it is answered as it stands, also when it has ended: /v1/jobs/{id}/retry begins it again. ' +
    'With other wishes than it was made with it is refused (`job.other_wish`).',
  security: bearerAuth,
  request: { body: jsonBody(StartSchema) },
  responses: {
    200: { description: 'It was there already', ...json(JobSchema) },
    201: { description: 'It waits for a worker', ...json(JobSchema) },
    ...refusals(400, 401, 404, 409, 410, 429),
  },
});

const RetrySchema = z.strictObject({
  /** The job's `attempt` when it ended: a second call for the same end, however late, changes nothing. */
  attempt: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  /** Other wishes for the same language; without them those it had. */
  job: JobWishSchema.optional(),
});

export const retryJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/retry',
  summary: 'Begin a job again that has failed or was cancelled; it finds what it had finished',
  security: bearerAuth,
  request: { ...one, body: jsonBody(RetrySchema) },
  responses: {
    200: { description: 'It has not ended so, and stays as it is', ...json(JobSchema) },
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
  summary: 'One job, with what was wished for',
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
  summary: 'What happens to a job, as server-sent events; goes on after Last-Event-ID',
  security: bearerAuth,
  request: { ...one, query: z.object({ ticket: z.string().max(100).optional() }) },
  responses: {
    200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
    204: { description: 'The job has ended and every event was seen' },
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
  summary: 'Stop a job if it is going, and remove it with its file and results',
  security: bearerAuth,
  request: one,
  responses: { 204: { description: 'Nothing of it is left' }, ...refusals(401, 404, 503) },
});

export const handOver = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/handover',
  summary: 'Bring what a device has finished of a job that was started with `handover`',
  description:
    'Each field is a part: its name as in the device’s store, its value the bytes. 16 MiB a request.',
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
