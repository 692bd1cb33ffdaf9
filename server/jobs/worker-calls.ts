import { createRoute, z } from '@hono/zod-openapi';
import { json, jsonBody, refusals, workerAuth } from '../routing/openapi.ts';
import { ClaimSchema, CompleteSchema, FailSchema, HeartbeatSchema, ReleaseSchema } from './worker-shapes.ts';

/** The workers' calls. All but the claims carry the job and attempt in their token, which fences them. */

const one = { params: z.object({ id: z.uuid() }) };
const claimed = { description: 'The job is yours', ...json(ClaimSchema) };
const done = { description: 'Done', ...json(z.object({ ok: z.literal(true) })) };
const ok = { 200: done, ...refusals(401, 403, 409, 429) };

export const claimNext = createRoute({
  method: 'post',
  path: '/v1/jobs/claim',
  summary: 'Wait for a job and take it',
  security: workerAuth,
  request: { body: jsonBody(z.object({ wait_seconds: z.number().min(0).max(30).default(20) })) },
  responses: { 200: claimed, 204: { description: 'Nothing to do' }, ...refusals(401, 429) },
});

export const claimJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/claim',
  summary: 'Take one job',
  security: workerAuth,
  request: one,
  responses: { 200: claimed, ...refusals(401, 409, 429) },
});

export const sayHeartbeat = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/heartbeat',
  summary: 'Keep the job, and report its progress',
  security: workerAuth,
  request: { ...one, body: jsonBody(HeartbeatSchema) },
  responses: ok,
});

export const releaseJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/release',
  summary:
    'Hand the job back because the worker has to stop or cannot reach its file; this does not use up an attempt',
  security: workerAuth,
  request: { ...one, body: jsonBody(ReleaseSchema) },
  responses: ok,
});

export const failJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/fail',
  summary: 'The attempt has failed',
  security: workerAuth,
  request: { ...one, body: jsonBody(FailSchema) },
  responses: ok,
});

export const completeJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/complete',
  summary: 'The job is done; repeating the call gets the same answer',
  security: workerAuth,
  request: { ...one, body: jsonBody(CompleteSchema) },
  responses: ok,
});
