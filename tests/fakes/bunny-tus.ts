import { createHash } from 'node:crypto';
import { Hono } from 'hono';

interface Settings {
  readonly libraryId: string;
  readonly apiKey: string;
  /** Takes what has arrived of a video that was created before. */
  readonly arrived: (guid: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
}

/**
 * Bunny Stream's tus endpoint ("TUS resumable uploads"): presigned with SHA-256 of library, key, expiry and video,
 * open to browsers of any origin. What has come of a request whose line breaks is kept.
 */
export function bunnyTus({ libraryId, apiKey, arrived }: Settings): Hono {
  const uploads = new Map<string, { length: number; chunks: Uint8Array[]; offset: number }>();
  const app = new Hono();

  const isSigned = ({ headers }: Request): boolean => {
    const guid = headers.get('videoid') ?? '';
    const expire = headers.get('authorizationexpire') ?? '';
    const wanted = createHash('sha256').update(`${libraryId}${apiKey}${expire}${guid}`).digest('hex');
    const mine = headers.get('libraryid') === libraryId && Number(expire) * 1000 > Date.now();
    return mine && headers.get('authorizationsignature') === wanted;
  };

  app.use('*', async (c, next) => {
    if (c.req.method === 'OPTIONS') c.res = new Response(null, { status: 204 });
    else if (isSigned(c.req.raw)) await next();
    else c.res = new Response(null, { status: 401 });
    for (const [name, value] of Object.entries({
      'Tus-Resumable': '1.0.0',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'POST, HEAD, PATCH, OPTIONS',
      'Access-Control-Allow-Headers': c.req.header('access-control-request-headers') ?? '*',
      'Access-Control-Expose-Headers': 'Location, Upload-Offset, Upload-Length, Tus-Resumable',
    }))
      c.res.headers.set(name, value);
  });
  app.post('/', (c) => {
    const guid = c.req.header('videoid') ?? '';
    uploads.set(guid, { length: Number(c.req.header('upload-length')), chunks: [], offset: 0 });
    return c.body(null, 201, { Location: `/tusupload/${guid}` });
  });
  app.get('/:guid', (c) => {
    const upload = uploads.get(c.req.param('guid'));
    if (!upload) return c.body(null, 404);
    const headers = { 'Upload-Offset': String(upload.offset), 'Upload-Length': String(upload.length) };
    return c.body(null, 200, headers);
  });
  app.patch('/:guid', async (c) => {
    const guid = c.req.param('guid');
    const upload = uploads.get(guid);
    if (!upload) return c.body(null, 404);
    if (Number(c.req.header('upload-offset')) !== upload.offset) return c.body(null, 409);
    for await (const chunk of c.req.raw.body as ReadableStream<Uint8Array>) {
      upload.chunks.push(chunk);
      upload.offset += chunk.byteLength;
    }
    if (upload.offset === upload.length) await arrived(guid, new Uint8Array(Buffer.concat(upload.chunks)));
    return c.body(null, 204, { 'Upload-Offset': String(upload.offset) });
  });
  return app;
}
