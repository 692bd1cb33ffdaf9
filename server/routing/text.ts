import { OctaviaError } from '@octavia/pipeline/errors';
import type { MiddlewareHandler } from 'hono';

/** Database text cannot hold NUL, and half a surrogate pair is not a character: neither can be stored or passed on. */
function isText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** Parses JSON in which every text can be stored. Errors: `request.invalid`. */
export function parseStorable(text: string): unknown {
  const checked = (key: string, value: unknown) => {
    if (isText(key) && (typeof value !== 'string' || isText(value))) return value;
    throw new OctaviaError('request.invalid', 'A text contains a NUL or half a surrogate pair.');
  };
  try {
    return JSON.parse(text, checked);
  } catch (cause) {
    if (cause instanceof OctaviaError) throw cause;
    throw new OctaviaError('request.invalid', 'The body is not valid JSON.', { cause });
  }
}

/** Refuses text that could not be stored, in the address and in JSON bodies, before any route sees it. */
export function refuseUnstorable(): MiddlewareHandler {
  return async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    if (pathname.includes('%00')) throw new OctaviaError('not.found');
    if (search.includes('%00')) throw new OctaviaError('request.invalid', 'The query contains a NUL.');
    // Hono keeps the text, so that the route can read it again.
    if (/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
      const text = await c.req.text();
      if (text !== '') parseStorable(text);
    }
    await next();
  };
}
