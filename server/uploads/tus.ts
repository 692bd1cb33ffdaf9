import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata, Server } from '@tus/server';
import { eq } from 'drizzle-orm';
import { Hono, type Context } from 'hono';
import { uploads, type Upload } from '../db/schema.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { answerFor, errorBody, errorResponse } from '../routing/errors.ts';
import { bearer } from '../routing/auth.ts';
import { verifyUploadToken } from '../identity/upload-token.ts';
import type { Services } from '../services/services.ts';
import { uploadArrivedHere } from './adopt.ts';
import { CHECKSUM_ALGORITHMS, ChecksumFileStore, promisedChecksum, readChecksum } from './checksum-store.ts';
import { TUS_PATH } from './request.ts';

const EXTENSIONS = 'creation,creation-with-upload,termination,expiration,checksum';

/** Where unfinished uploads are stored. */
function intakeFolder(services: Services): string {
  return join(services.config.folder, 'intake');
}

/**
 * Our own tus 1.0 endpoint: @tus/server moves the bytes; this adds what it lacks. Every method but OPTIONS needs a
 * token, another user's upload looks as if it did not exist, wrong versions and types get the protocol's status,
 * checksums are honoured, a finished upload cannot be removed, and an expired one is gone.
 */
export function tusRoutes(services: Services): Hono {
  const folder = intakeFolder(services);
  const server = new Server({
    path: TUS_PATH,
    datastore: new ChecksumFileStore(folder, services.locks),
    locker: services.locks,
    maxSize: services.config.limits.uploadBytes,
    namingFunction: (request) => new URL(request.url).pathname.split('/').pop() ?? '',
    generateUrl: (_request, { id }) => `${TUS_PATH}/${id}`,
    onResponseError: (_request, error) => Promise.resolve(answerTo(services, error)),
    onUploadFinish: async (_request, { id }) => {
      await uploadArrivedHere(services, id);
      return {};
    },
  });
  const app = new Hono();
  const path = `${TUS_PATH}/:id`;
  app.options(path, () => new Response(null, { status: 204, headers: describeServer(services) }));
  // Hono hands HEAD to the handlers of GET.
  app.on(['GET', 'POST', 'PATCH', 'DELETE'], path, async (c) => {
    try {
      if (c.req.method === 'GET') throw new OctaviaError('not.found');
      const method = methodOf(c);
      checkProtocol(c, method);
      const upload = await authorise(services, c);
      const checksum = readChecksum(c.req.header('upload-checksum'));
      return await promisedChecksum.run(checksum, () =>
        answer(services, as(method, c.req.raw), server, upload),
      );
    } catch (error) {
      const response = errorResponse(c, answerFor(error));
      response.headers.set('Tus-Resumable', '1.0.0');
      response.headers.set('Tus-Version', '1.0.0');
      return response;
    }
  });
  return app;
}

/** The library's error responses contain the system's message, with paths: only the protocol's own texts are sent. */
function answerTo(services: Services, error: object): { status_code: number; body: string } | undefined {
  if ('status_code' in error) return undefined;
  const { status, error: told } = answerFor(error);
  if (status >= 500) services.log.error({ err: error }, 'tus');
  return { status_code: status, body: JSON.stringify(errorBody(told)) };
}

function describeServer(services: Services): Record<string, string> {
  return {
    'Tus-Resumable': '1.0.0',
    'Tus-Version': '1.0.0',
    'Tus-Extension': EXTENSIONS,
    'Tus-Checksum-Algorithm': CHECKSUM_ALGORITHMS.join(','),
    'Tus-Max-Size': String(services.config.limits.uploadBytes),
  };
}

/** "The Server MUST interpret the value as the request's method": for clients that can send POST and GET only. */
function methodOf(c: Context): string {
  const { method } = c.req;
  const meant = c.req.header('x-http-method-override')?.toUpperCase();
  return method === 'POST' && (meant === 'PATCH' || meant === 'DELETE' || meant === 'HEAD') ? meant : method;
}

/** The request with the method it asks to be treated as. */
function as(method: string, request: Request): Request {
  if (request.method === method) return request;
  const headers = new Headers(request.headers);
  headers.delete('x-http-method-override');
  const init: RequestInit & { duplex: 'half' } = { method, headers, duplex: 'half' };
  return new Request(request.url, method === 'PATCH' ? { ...init, body: request.body } : init);
}

function checkProtocol(c: Context, method: string): void {
  // "If the version specified by the Client is not supported by the Server, it MUST respond with the 412
  // Precondition Failed status and MUST include the Tus-Version header."
  if (c.req.header('tus-resumable') !== '1.0.0') throw new OctaviaError('tus.version');
  // "All PATCH requests MUST use Content-Type: application/offset+octet-stream, otherwise the server SHOULD
  // return a 415 Unsupported Media Type status."
  const type = c.req.header('content-type');
  if (method === 'PATCH' && type !== 'application/offset+octet-stream') {
    throw new OctaviaError('tus.content_type');
  }
}

/** The upload the request may touch: by the upload's own token, or by its owner's session. */
async function authorise(services: Services, c: Context): Promise<Upload> {
  const token = bearer(c);
  const mine = await verifyUploadToken(services.keys, token).catch(() => undefined);
  const userId = mine?.userId ?? (await services.identity.verify(token)).userId;
  const id = c.req.param('id') ?? '';
  if (mine && mine.uploadId !== id) throw new OctaviaError('not.found');
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new OctaviaError('not.found');
  const [upload] = await services.database.read.select().from(uploads).where(eq(uploads.id, id));
  if (upload?.userId !== userId || upload.provider !== 'local') throw new OctaviaError('not.found');
  return upload;
}

async function answer(
  services: Services,
  request: Request,
  server: Server,
  upload: Upload,
): Promise<Response> {
  const { method } = request;
  const path = join(intakeFolder(services), upload.id);
  if (upload.state === 'arrived') return answerFinished(method, upload);
  if (upload.state !== 'pending' || upload.expiresAt <= new Date()) throw new OctaviaError('upload.expired');
  if (method === 'POST') {
    if (request.headers.get('upload-length') !== String(upload.size)) throw new OctaviaError('upload.length');
    // A repeated creation (its response was lost) must not discard what has arrived since.
    if (await stat(path).catch(() => undefined)) {
      const headers = {
        'Tus-Resumable': '1.0.0',
        Location: `${TUS_PATH}/${upload.id}`,
      };
      return new Response(null, { status: 201, headers });
    }
  }
  const response = await server.handleWeb(request);
  if (response.status === 404 || response.status === 410) {
    // The bytes may have moved to storage while this request waited for the upload's lock.
    const { write } = services.database;
    const [now] = await services.locks.hold(upload.id, () =>
      write.select().from(uploads).where(eq(uploads.id, upload.id)),
    );
    if (now?.state === 'arrived') return answerFinished(method, now);
  }
  if (method === 'DELETE' && response.status === 204) {
    await services.database.write.update(uploads).set({ state: 'failed' }).where(eq(uploads.id, upload.id));
    await rm(`${path}.json`, { force: true });
  }
  response.headers.delete('Access-Control-Allow-Origin');
  if (response.ok && method !== 'DELETE')
    response.headers.set('Upload-Expires', upload.expiresAt.toUTCString());
  return response;
}

/** The bytes have moved to storage, but the protocol's questions about them can still be answered. */
function answerFinished(method: string, upload: Upload): Response {
  if (method === 'DELETE' || method === 'POST') throw new OctaviaError('upload.finished');
  const headers = {
    'Tus-Resumable': '1.0.0',
    'Upload-Offset': String(upload.size),
    'Upload-Length': String(upload.size),
    'Upload-Metadata': Metadata.stringify({ filetype: upload.contentType, title: upload.filename }),
    'Cache-Control': 'no-store',
  };
  return new Response(null, { status: method === 'HEAD' ? 200 : 409, headers });
}
