import { createRoute, z } from '@hono/zod-openapi';
import { bearerAuth, json, jsonBody, refusals } from '../routing/openapi.ts';
import { UploadRequestSchema, UploadTicketSchema } from './shapes.ts';

/** Requests a place for a file; its bytes then go there over tus. */

const one = { params: z.object({ id: z.uuid() }) };

export const requestUpload = createRoute({
  method: 'post',
  path: '/v1/uploads/request',
  summary: 'Ask for a place to upload a file to',
  security: bearerAuth,
  request: { body: jsonBody(UploadRequestSchema) },
  responses: {
    201: { description: 'The place', ...json(UploadTicketSchema) },
    ...refusals(400, 401, 413, 429, 507),
  },
});

export const renewTicket = createRoute({
  method: 'post',
  path: '/v1/uploads/{id}/renew',
  summary: 'Get the ticket of an unfinished upload again',
  security: bearerAuth,
  request: one,
  responses: {
    200: { description: 'The place', ...json(UploadTicketSchema) },
    ...refusals(401, 403, 404, 410),
  },
});

export const giveUpUpload = createRoute({
  method: 'delete',
  path: '/v1/uploads/{id}',
  summary: 'Cancel an unfinished upload and delete what has arrived',
  security: bearerAuth,
  request: one,
  responses: {
    204: { description: 'It is removed and no longer counts' },
    ...refusals(401, 403, 404, 503),
  },
});
