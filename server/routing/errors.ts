import { compact } from '@octavia/pipeline/compact';
import { OctaviaError, type ErrorCode } from '@octavia/pipeline/errors';
import { DrizzleQueryError } from 'drizzle-orm';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ZodError } from 'zod';

/** The status of each code that the API answers with. */
const STATUS = {
  'request.invalid': 400,
  'request.too_large': 413,
  'auth.required': 401,
  'auth.forbidden': 403,
  'auth.link': 403,
  'rate.limited': 429,
  'not.found': 404,
  'upload.too_large': 413,
  'upload.too_many': 429,
  'upload.quota': 413,
  'upload.expired': 410,
  'upload.failed': 410,
  'upload.incomplete': 409,
  'upload.finished': 403,
  'upload.length': 400,
  'tus.version': 412,
  'tus.content_type': 415,
  'tus.checksum': 400,
  'job.too_many': 429,
  'job.other_wish': 409,
  'job.not_claimable': 409,
  'job.fenced': 409,
  'job.not_done': 409,
  'job.finished': 409,
  'output.missing': 409,
  'webhook.signature': 401,
  'policy.consent_required': 400,
  'storage.full': 507,
  unavailable: 503,
  internal: 500,
} as const satisfies Partial<Record<ErrorCode, ContentfulStatusCode>>;

type AnsweredCode = keyof typeof STATUS;

/** An error as the API answers it. */
export interface Answer {
  readonly status: ContentfulStatusCode;
  readonly error: OctaviaError;
}

/** Turns any thrown value into a response. Errors not meant for the caller reveal nothing of our internals. */
export function answerFor(thrown: unknown): Answer {
  const error = toRefusal(thrown);
  return { error, status: STATUS[error.code as AnsweredCode] };
}

function toRefusal(thrown: unknown): OctaviaError {
  if (thrown instanceof OctaviaError && Object.hasOwn(STATUS, thrown.code)) return thrown;
  const as = (code: AnsweredCode) => new OctaviaError(code, undefined, { cause: thrown });
  if (thrown instanceof ZodError) return as('request.invalid');
  if (thrown instanceof HTTPException && thrown.status < 500) {
    return as(thrown.status === 413 ? 'request.too_large' : 'request.invalid');
  }
  if (isDatabaseAway(thrown)) return as('unavailable');
  const code = (thrown as { code?: unknown } | null)?.code;
  return as(code === 'ENOSPC' || code === 'EDQUOT' ? 'storage.full' : 'internal');
}

/** Postgres' error classes for a connection that cannot be made or kept: 08, 53 (too many), 57P (shutting down). */
const AWAY = /^(?:08...|53300|57P0[1-5]|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE)$/;
/** pg's messages for the same that have no code. */
const AWAY_IN_WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** Drizzle wraps database errors in its own. */
function isDatabaseAway(thrown: unknown): boolean {
  if (!(thrown instanceof DrizzleQueryError)) return false;
  const { cause } = thrown;
  const { code } = (cause ?? {}) as { code?: unknown };
  return (typeof code === 'string' && AWAY.test(code)) || AWAY_IN_WORDS.test(cause?.message ?? '');
}

/** As it is sent. */
export function errorBody({ code, message, detail }: OctaviaError) {
  return { error: compact({ code, message, detail }) };
}

export function errorResponse(c: Context, { status, error }: Answer): Response {
  if (status === 401) c.header('WWW-Authenticate', 'Bearer');
  return c.json(errorBody(error), status);
}
