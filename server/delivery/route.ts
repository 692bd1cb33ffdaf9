import { Hono, type Context } from 'hono';
import { OctaviaError } from '@octavia/pipeline/errors';
import { ifRangeHolds, notModified, parseRange } from '../site/range.ts';
import { DELIVERY_PATH } from '../storage/disk.ts';
import type { Storage } from '../storage/storage.ts';
import { contentDisposition } from '../links/disposition.ts';
import { answerFor, errorResponse } from '../routing/errors.ts';
import { linkIsValid } from '../links/token.ts';

/** Only these are shown inline; anything else is a download, whatever the link says. */
const PLAYABLE = /^(?:video|audio)\/[a-z0-9.+-]{1,60}$/;
const TEXTS = ['text/vtt', 'application/x-subrip'];

/** Files on disk behind signed links, with ranges: what a pull zone does for files at Bunny. */
export function deliveryRoutes(storage: Storage, key: Uint8Array): Hono {
  const app = new Hono();
  app.get(`${DELIVERY_PATH}/*`, async (c) => {
    const url = new URL(c.req.url);
    if (!linkIsValid(key, url)) return errorResponse(c, answerFor(new OctaviaError('auth.link')));
    return deliver(c, storage, url);
  });
  return app;
}

async function deliver(c: Context, storage: Storage, url: URL): Promise<Response> {
  const key = url.pathname.slice(DELIVERY_PATH.length + 1);
  const file = await storage.stat(key);
  if (!file) throw new OctaviaError('not.found');
  const headers = headersFor(url, file.etag);
  const wanted = c.req.header('if-match');
  if (wanted !== undefined && !matches(wanted, file.etag))
    return new Response(null, { status: 412, headers });
  // Files are written once under their name, so the entity tag is enough; there is no date to compare.
  if (notModified(c.req.header('if-none-match'), undefined, file.etag, '')) {
    return new Response(null, { status: 304, headers });
  }
  const head = c.req.method === 'HEAD';
  const honoured = !head && ifRangeHolds(c.req.header('if-range'), file.etag, file.etag);
  const range = parseRange(honoured ? c.req.header('range') : undefined, file.bytes);
  if (range.kind === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${file.bytes}`);
    return new Response(null, { status: 416, headers });
  }
  const [start, end] = range.kind === 'part' ? [range.first, range.last] : [0, file.bytes - 1];
  headers.set('Content-Length', String(end - start + 1));
  if (range.kind === 'part') headers.set('Content-Range', `bytes ${start}-${end}/${file.bytes}`);
  const status = range.kind === 'part' ? 206 : 200;
  if (head) return new Response(null, { status, headers });
  const opened = await storage.get(key, file.bytes === 0 ? undefined : { start, end });
  if (!opened) throw new OctaviaError('not.found');
  return new Response(opened.body, { status, headers });
}

/** RFC 9110, 13.1.1: `*`, or a list of strong entity tags. */
function matches(header: string, etag: string): boolean {
  return header.trim() === '*' || header.split(',').some((one) => one.trim() === etag);
}

function headersFor(url: URL, etag: string): Headers {
  const type = url.searchParams.get('type') ?? '';
  const known = PLAYABLE.test(type) || TEXTS.includes(type);
  return new Headers({
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'Cache-Control': 'private, max-age=3600',
    'Content-Type': known ? type : 'application/octet-stream',
    'Content-Disposition': contentDisposition(
      url.searchParams.get('name') ?? 'file',
      PLAYABLE.test(type) ? 'inline' : 'attachment',
    ),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
  });
}
