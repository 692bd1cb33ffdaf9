import { z } from '@hono/zod-openapi';
import { OctaviaError } from '@octavia/pipeline/errors';

const ErrorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string(), detail: z.string().optional() }) })
  .openapi('Error');

/** Building blocks for route descriptions. */
export const bearerAuth = [{ session: [] }];
export const workerAuth = [{ worker: [] }];

export function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } };
}

/** A required request body: otherwise a body of another content type would pass unchecked. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { ...json(schema), required: true as const };
}

/**
 * The errors any call may return: unreadable, no such path, too large, too many requests, or part of the cloud is down.
 */
const ANYWHERE = [400, 404, 413, 429, 503] as const;

/** The errors named in a route's description, and those any call may return; all have the same shape. */
export function refusals<Status extends number>(...statuses: Status[]) {
  const one = { description: 'Refused', content: { 'application/json': { schema: ErrorSchema } } };
  const all = [...statuses, ...ANYWHERE];
  return Object.fromEntries(all.map((status) => [status, one])) as Record<
    Status | (typeof ANYWHERE)[number],
    typeof one
  >;
}

/** Says which part of a request is wrong, without repeating its value. */
export function invalidHook(result: { success: boolean; error?: z.ZodError }): undefined {
  if (result.success) return;
  const issues = result.error?.issues ?? [];
  const said = issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`);
  throw new OctaviaError('request.invalid', said.join('; '));
}
