import { createHash, createHmac, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { listen } from './listen.ts';
import { answerBytes } from './ranges.ts';

export const S3 = {
  bucket: 'octavia',
  region: 'eu-test-1',
  accessKeyId: 'AKIATEST',
  secretAccessKey: 'a-secret-access-key',
};

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const hex = (text: string) => createHash('sha256').update(text).digest('hex');
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Signature Version 4, checked as its documentation describes it ("Authenticating Requests"), for signatures
 * in the header and in the query alike.
 */
function isSigned(request: Request): boolean {
  const url = new URL(request.url);
  const query = url.searchParams;
  const header = request.headers.get('authorization') ?? '';
  const inQuery = query.has('X-Amz-Signature');
  const given = inQuery ? query.get('X-Amz-Signature') : /Signature=([0-9a-f]+)/.exec(header)?.[1];
  const names =
    (inQuery ? query.get('X-Amz-SignedHeaders') : /SignedHeaders=([^,]+)/.exec(header)?.[1]) ?? '';
  const scope =
    (inQuery ? query.get('X-Amz-Credential') : /Credential=([^,]+)/.exec(header)?.[1])?.split('/').slice(1) ??
    [];
  const date = (inQuery ? query.get('X-Amz-Date') : request.headers.get('x-amz-date')) ?? '';
  if (inQuery) {
    const made = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    if (Date.now() > made + Number(query.get('X-Amz-Expires')) * 1000) return false;
  }
  const params = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const headers = names.split(';').map((name) => `${name}:${request.headers.get(name) ?? ''}\n`);
  const payload = inQuery ? 'UNSIGNED-PAYLOAD' : (request.headers.get('x-amz-content-sha256') ?? '');
  const canonical = [request.method, url.pathname, params.join('&'), headers.join(''), names, payload].join(
    '\n',
  );
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), hex(canonical)].join('\n');
  const key = [S3.region, 's3', 'aws4_request'].reduce<Buffer>(
    (at, part) => hmac(at, part),
    hmac(`AWS4${S3.secretAccessKey}`, date.slice(0, 8)),
  );
  return given === hmac(key, toSign).toString('hex');
}

/**
 * What of the S3 API Octavia uses: objects with ranges, multipart uploads, presigned links that name type and
 * disposition of the answer, and a bucket whose CORS rule lets any origin read.
 */
export async function fakeS3() {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const parts = new Map<string, Map<number, Uint8Array<ArrayBuffer>>>();
  const app = new Hono();
  app.use('*', async (c, next) => {
    await next();
    // "Amazon S3 […] adds the headers to the response" only where the request names its origin.
    if (c.req.header('origin')) c.res.headers.set('Access-Control-Allow-Origin', '*');
  });
  app.use('*', async (c, next) => {
    if (!isSigned(c.req.raw)) return c.text('<Error><Code>SignatureDoesNotMatch</Code></Error>', 403);
    return next();
  });
  app.all(`/${S3.bucket}/:key{.+}`, async (c) => {
    const key = c.req.param('key');
    const { uploadId, partNumber, ...query } = c.req.query();
    const etag = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;
    switch (c.req.method) {
      case 'PUT': {
        const bytes = new Uint8Array(await c.req.arrayBuffer());
        if (uploadId === undefined) files.set(key, bytes);
        else parts.get(uploadId)?.set(Number(partNumber), bytes);
        return c.body(null, 200, { ETag: etag(bytes) });
      }
      case 'POST': {
        if (uploadId === undefined) {
          const id = randomUUID();
          parts.set(id, new Map());
          return c.text(
            `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
          );
        }
        const wanted = [
          ...(await c.req.text()).matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g),
        ];
        const stored = wanted.map(([, number, tag]) => {
          const bytes = parts.get(uploadId)?.get(Number(number));
          return bytes && etag(bytes) === tag ? bytes : undefined;
        });
        if (stored.includes(undefined)) return c.text('<Error><Code>InvalidPart</Code></Error>', 400);
        const whole = Buffer.concat(stored.filter((one) => one !== undefined));
        files.set(key, new Uint8Array(whole));
        parts.delete(uploadId);
        return c.text('<CompleteMultipartUploadResult/>');
      }
      case 'DELETE':
        if (uploadId === undefined) files.delete(key);
        else parts.delete(uploadId);
        return c.body(null, 204);
      default: {
        const bytes = files.get(key);
        if (!bytes) return c.text('<Error><Code>NoSuchKey</Code></Error>', 404);
        const response = answerBytes(bytes, c.req.header('range'), etag(bytes));
        for (const header of ['content-disposition', 'content-type']) {
          const wanted = query[`response-${header}`];
          if (wanted !== undefined) response.headers.set(header, wanted);
        }
        return response;
      }
    }
  });
  const server = await listen(app);
  return { ...server, files, parts };
}
