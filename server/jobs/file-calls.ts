import { createRoute, z } from '@hono/zod-openapi';
import { json, refusals, workerAuth } from '../routing/openapi.ts';

/** The bytes that workers send and fetch, fenced like all their calls (worker-calls.ts). */

const binary = z.string().openapi({ format: 'binary' });
const bytes = { content: { 'application/octet-stream': { schema: binary } } };
const one = z.object({ id: z.uuid() });
const ok = json(z.object({ ok: z.literal(true) }));

/** A key of the pipeline's store (src/pipeline/ports.ts). It names a row, never a file. */
const Named = z.object({
  name: z
    .string()
    .max(500)
    .regex(/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/),
});
const Prefixed = z.object({ prefix: z.string().max(500).default('') });

const checkpoint = { path: '/v1/jobs/{id}/checkpoint', security: workerAuth } as const;

export const putOutput = createRoute({
  method: 'put',
  path: '/v1/jobs/{id}/outputs/{name}',
  summary: 'Send a finished file; the call that completes the job names it',
  security: workerAuth,
  request: {
    params: one.extend({ name: z.string() }),
    query: z.object({
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .openapi({ description: 'Hash of the bytes; any others are refused.' }),
    }),
    body: bytes,
  },
  responses: {
    201: {
      description: 'Stored',
      ...json(z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })),
    },
    ...refusals(400, 401, 403, 409, 429, 507),
  },
});

export const putCheckpoint = createRoute({
  ...checkpoint,
  method: 'post',
  summary: 'Keep a finished part for later attempts; 64 MiB at most',
  request: { params: one, query: Named, body: bytes },
  responses: { 201: { description: 'Kept', ...ok }, ...refusals(400, 401, 403, 409, 413, 429) },
});

export const getCheckpoint = createRoute({
  ...checkpoint,
  method: 'get',
  summary: 'A part that an earlier attempt kept',
  request: { params: one, query: Named },
  responses: { 200: { description: 'The part', ...bytes }, ...refusals(400, 401, 403, 404, 409, 429) },
});

export const deleteCheckpoints = createRoute({
  ...checkpoint,
  method: 'delete',
  summary: 'Delete the parts whose names start with this',
  request: { params: one, query: Prefixed },
  responses: { 200: { description: 'Dropped', ...ok }, ...refusals(401, 403, 409, 429) },
});

export const listCheckpoints = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/checkpoints',
  summary: 'The names of the kept parts that start with this',
  security: workerAuth,
  request: { params: one, query: Prefixed },
  responses: {
    200: { description: 'Names', ...json(z.object({ names: z.array(z.string()) })) },
    ...refusals(401, 403, 409, 429),
  },
});
