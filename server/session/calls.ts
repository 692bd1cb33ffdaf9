import { createRoute, z } from '@hono/zod-openapi';
import { json, refusals } from '../routing/openapi.ts';

const SessionSchema = z.object({ token: z.string(), expires_at: z.iso.datetime(), user_id: z.string() });

export const openSession = createRoute({
  method: 'post',
  path: '/v1/session',
  summary: 'A session token for this browser (only without Clerk)',
  responses: { 200: { description: 'The token', ...json(SessionSchema) }, ...refusals(403, 429) },
});
