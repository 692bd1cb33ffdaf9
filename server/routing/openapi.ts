import { z } from '@hono/zod-openapi';
import { OctaviaError } from '@octavia/pipeline/errors';

const ErrorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string(), detail: z.string().optional() }) })
  .openapi('Error');

/** Pieces of route descriptions. */
export const bearerAuth = [{ session: [] }];
export const workerAuth = [{ worker: [] }];

export function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } };
}

/** A request body that must be there: without it, one of another content type would pass unseen. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { ...json(schema), required: true as const };
}

/** Unreadable, of a path that is none, too large, asked too often, or part of the cloud is away. */
const ANYWHERE = [400, 404, 413, 429, 503] as const;

/** The refusals that a route's description names, and those that any call may meet; all have the one shape. */
export function refusals<Status extends number>(...statuses: Status[]) {
  const one = { description: 'Refused', content: { 'application/json': { schema: ErrorSchema } } };
  const all = [...statuses, ...ANYWHERE];
  return Object.fromEntries(all.map((status) => [status, one])) as Record<
    Status | (typeof ANYWHERE)[number],
    typeof one
  >;
}

/** Says which part of a request is wrong, and never repeats its value. */
export function invalidHook(result: { success: boolean; error?: z.ZodError }): undefined {
  if (result.success) return;
  const issues = result.error?.issues ?? [];
  const said = issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.') || 'body'}: ${issue.message}`);
  throw new OctaviaError('request.invalid', said.join('; '));
}
