import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/**
 * Every way the API can refuse. The code is stable: clients match on it and the page uses it as the key of
 * the message it shows; the status and text are what HTTP needs.
 */
const API_ERRORS = {
  'request.invalid': [400, 'The request is not valid.'],
  'request.too_large': [413, 'The request is larger than this call allows.'],
  'auth.required': [401, 'Sign in first: a valid token is needed.'],
  'auth.forbidden': [403, 'This token does not allow that.'],
  'auth.link': [403, 'The link has expired or is not valid.'],
  'rate.limited': [429, 'Too many requests; wait a moment.'],
  'not.found': [404, 'There is no such thing here.'],
  'upload.too_large': [413, 'The file is larger than is allowed here.'],
  'upload.too_many': [429, 'Too many unfinished uploads; finish or cancel one first.'],
  'upload.quota': [413, 'Your files take all the space you have here; delete a job first.'],
  'upload.expired': [410, 'The upload has expired; start it again.'],
  'upload.failed': [410, 'The upload has failed; start it again.'],
  'upload.incomplete': [409, 'The file has not arrived completely yet.'],
  'upload.finished': [403, 'The upload is finished and cannot be changed.'],
  'upload.length': [400, 'Upload-Length is not the size that was announced.'],
  'tus.version': [412, 'Tus-Resumable must be 1.0.0.'],
  'tus.content_type': [415, 'Content-Type must be application/offset+octet-stream.'],
  'tus.checksum': [400, 'Upload-Checksum must be sha1, sha256 or md5 with a base64 digest.'],
  'job.too_many': [429, 'Too many jobs that are not finished; wait for one or stop one first.'],
  'job.other_wish': [
    409,
    'This file has a job into this language that was asked for otherwise; delete it first, or upload the file again.',
  ],
  'job.not_claimable': [409, 'The job is not waiting for a worker.'],
  'job.fenced': [409, 'The job was given to another worker or has ended.'],
  'job.not_done': [409, 'The job is not finished.'],
  'job.finished': [409, 'The job has already ended.'],
  'output.missing': [409, 'The named output was not uploaded, or its hash differs.'],
  'webhook.signature': [401, 'The signature does not match.'],
  'policy.consent_required': [400, 'A voice is cloned only when its speaker has agreed to it.'],
  'storage.full': [507, 'The server has no space left for this file.'],
  unavailable: [503, 'A part that this needs is not available; try again.'],
  internal: [500, 'Something went wrong.'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** The one error that a route throws on purpose. `detail` is shown to the caller: no secrets. */
export class ApiError extends HTTPException {
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, detail?: string, options?: { cause?: unknown }) {
    const [status, message] = API_ERRORS[code];
    super(status, { message: detail === undefined ? message : `${message} ${detail}`, ...options });
    this.code = code;
  }

  body(): { error: { code: string; message: string } } {
    return { error: { code: this.code, message: this.message } };
  }
}

/** Any thrown value as an ApiError. What is not ours says nothing of its inside to the caller. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof HTTPException && thrown.status < 500) {
    const code = thrown.status === 413 ? 'request.too_large' : 'request.invalid';
    return new ApiError(code, undefined, { cause: thrown });
  }
  const code = (thrown as { code?: unknown } | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ApiError('storage.full', undefined, { cause: thrown });
  return new ApiError('internal', undefined, { cause: thrown });
}

export function errorResponse(c: Context, error: ApiError): Response {
  if (error.status === 401) c.header('WWW-Authenticate', 'Bearer');
  return c.json(error.body(), API_ERRORS[error.code][0]);
}
