import { AwsClient } from 'aws4fetch';
import { contentDisposition } from '../links/disposition.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { within } from './within.ts';
import { checkKey, checkMeasure, measured, type Body, type PutOptions, type Storage } from './storage.ts';

export interface S3Settings {
  /** E.g. `https://s3.eu-central-1.amazonaws.com`; buckets are addressed by path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Bytes of one part of a long upload; S3 takes 5 MiB to 5 GiB, and 10,000 of them. */
  readonly partBytes?: number;
}

const PART_BYTES = 16 * 2 ** 20;

/** Calls have a time limit; a body is at most one part. */
class Client extends AwsClient {
  override fetch(...[input, init]: Parameters<AwsClient['fetch']>): Promise<Response> {
    const bytes = init?.body instanceof Uint8Array ? init.body.byteLength : 0;
    return within((signal) => super.fetch(input, { ...init, signal }), bytes);
  }
}

export function s3Storage(settings: S3Settings): Storage {
  const client = new Client({ ...settings, service: 's3', retries: 3, initRetryMs: 200 });
  const base = `${settings.endpoint.replace(/\/$/, '')}/${settings.bucket}`;
  const urlOf = (key: string) => `${base}/${checkKey(key)}`;
  return {
    kind: 's3',
    put: (key, body, options) => put(client, urlOf(key), body, options, settings.partBytes ?? PART_BYTES),
    async get(key, range) {
      const headers = range ? { Range: `bytes=${range.start}-${range.end}` } : {};
      const response = await client.fetch(urlOf(key), { headers });
      const file = await describe(response);
      return file && response.body ? { ...file, body: response.body } : undefined;
    },
    async stat(key) {
      return describe(await client.fetch(urlOf(key), { method: 'HEAD' }));
    },
    async delete(key) {
      const response = await client.fetch(urlOf(key), { method: 'DELETE' });
      if (response.status !== 404) await expectOk(response);
    },
    async link(key, { expires, filename, contentType }) {
      const url = new URL(urlOf(key));
      const seconds = Math.max(1, Math.floor((expires.getTime() - Date.now()) / 1000));
      url.searchParams.set('X-Amz-Expires', String(seconds));
      url.searchParams.set('response-content-disposition', contentDisposition(filename));
      url.searchParams.set('response-content-type', contentType);
      return (await client.sign(url.href, { aws: { signQuery: true } })).url;
    },
  };
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = (await response.text()).slice(0, 300);
  throw new OctaviaError('unavailable', undefined, {
    cause: new Error(`S3 answered ${response.status}: ${text}`),
  });
}

async function describe(response: Response) {
  if (response.status === 404) {
    await response.body?.cancel();
    return undefined;
  }
  await expectOk(response);
  const whole =
    response.headers.get('content-range')?.split('/')[1] ?? response.headers.get('content-length');
  return { bytes: Number(whole), etag: response.headers.get('etag') ?? '""' };
}

async function put(client: AwsClient, url: string, body: Body, options: PutOptions, partBytes: number) {
  const counted = measured(body);
  const parts = inParts(counted.body, partBytes);
  const first = await parts.next();
  const head = first.done ? new Uint8Array() : first.value;
  const headers = { 'Content-Type': options.contentType };
  if (head.byteLength < partBytes) {
    checkMeasure(counted.result(), options);
    await expectOk(await client.fetch(url, { method: 'PUT', body: head, headers }));
    return counted.result();
  }
  const started = await expectOk(await client.fetch(`${url}?uploads`, { method: 'POST', headers }));
  const id = /<UploadId>([^<]+)<\/UploadId>/.exec(await started.text())?.[1];
  if (id === undefined) throw new OctaviaError('unavailable', undefined, { cause: new Error('no UploadId') });
  const upload = `uploadId=${encodeURIComponent(id)}`;
  try {
    const tags = [await putPart(client, url, upload, 1, head)];
    for await (const part of parts) tags.push(await putPart(client, url, upload, tags.length + 1, part));
    checkMeasure(counted.result(), options);
    await finish(client, `${url}?${upload}`, tags);
  } catch (error) {
    await client.fetch(`${url}?${upload}`, { method: 'DELETE' }).catch(() => undefined);
    throw error;
  }
  return counted.result();
}

async function putPart(
  client: AwsClient,
  url: string,
  upload: string,
  number: number,
  part: Uint8Array<ArrayBuffer>,
) {
  const response = await client.fetch(`${url}?partNumber=${number}&${upload}`, { method: 'PUT', body: part });
  return (await expectOk(response)).headers.get('etag') ?? '';
}

/** Completing may answer 200 and say in the body that it failed (S3 API, CompleteMultipartUpload). */
async function finish(client: AwsClient, url: string, tags: readonly string[]): Promise<void> {
  const list = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
  const xml = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
  const response = await expectOk(await client.fetch(url, { method: 'POST', body: xml }));
  const answer = await response.text();
  if (answer.includes('<Error>'))
    throw new OctaviaError('unavailable', undefined, { cause: new Error(answer) });
}

/** Gathers chunks into parts of exactly `size` bytes, the last one shorter or empty. */
async function* inParts(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let part = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.byteLength;) {
      const taken = chunk.subarray(from, from + size - filled);
      part.set(taken, filled);
      filled += taken.byteLength;
      from += taken.byteLength;
      if (filled === size) {
        yield part;
        part = new Uint8Array(size);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield part.slice(0, filled);
}
