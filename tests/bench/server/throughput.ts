import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { request, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { UploadTicket } from '../../../server/uploads/shapes.ts';
import { signIn } from '../../support/cloud/client.ts';
import { bestOf } from '../host.ts';
import type { Measure } from '../measure.ts';
import type { CloudProcess } from './cloud-process.ts';

const BYTES = 2 ** 30;
const CHUNK = 16 * 2 ** 20;
const RUNS = 2;
/** How many times as long as a plain PUT the upload may take. */
const AT_MOST = { embedded: 1.2, production: 1.3 };

/** What goes up: the same bytes for both, out of memory. */
const piece = randomBytes(CHUNK);

/** Uploads over our tus endpoint, against a PUT of the same bytes to a file of the same disk, synced as ours is. */
export async function measureThroughput(cloud: CloudProcess): Promise<Measure[]> {
  const plain = await plainServer(join(cloud.folder, 'plain'));
  try {
    let put = Infinity;
    let tus = Infinity;
    for (let run = 0; run < RUNS; run++) {
      put = Math.min(put, await bestOf(1, () => send('PUT', plain.url, {}, BYTES / CHUNK)));
      tus = Math.min(tus, await bestOf(1, () => uploadTus(cloud)));
    }
    const rate = (seconds: number) => BYTES / 1e6 / seconds;
    return [
      {
        name: 'upload over tus',
        value: rate(tus),
        unit: 'MB/s',
        note: `${BYTES / 2 ** 20} MiB in one request, as the page sends it`,
      },
      { name: 'plain PUT to the same disk', value: rate(put), unit: 'MB/s' },
      {
        name: 'time over tus, of a plain PUT',
        value: tus / put,
        unit: '×',
        atMost: cloud.redis ? AT_MOST.production : AT_MOST.embedded,
      },
    ];
  } finally {
    await plain.close();
  }
}

async function uploadTus({ origin }: CloudProcess): Promise<void> {
  const user = await signIn(origin);
  const wish = { filename: 'a.mp4', size: BYTES, content_type: 'video/mp4' };
  const asked = await user.call('/v1/uploads/request', { method: 'POST', body: JSON.stringify(wish) });
  const { upload_url: url, headers } = (await asked.json()) as UploadTicket;
  const common = { ...headers, 'Tus-Resumable': '1.0.0' };
  await send('POST', url, { ...common, 'Upload-Length': String(BYTES) }, 0);
  const type = 'application/offset+octet-stream';
  await send('PATCH', url, { ...common, 'Upload-Offset': '0', 'Content-Type': type }, BYTES / CHUNK);
}

/** One request with so many pieces as its body. */
async function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  pieces: number,
): Promise<void> {
  const call = request(url, { method, headers: { ...headers, 'Content-Length': pieces * CHUNK } });
  const answered = new Promise<number>((resolve, reject) => {
    call.once('error', reject);
    call.once('response', (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
  });
  await pipeline(function* () {
    for (let i = 0; i < pieces; i++) yield piece;
  }, call);
  const status = await answered;
  if (status >= 300) throw new Error(`${method} ${url}: ${status}`);
}

/** The least that a server can do with a PUT. */
async function plainServer(path: string) {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      await pipeline(incoming, createWriteStream(path));
      const file = await open(path, 'r');
      await file.sync();
      await file.close();
      await rm(path);
      outgoing.writeHead(201).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/plain`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
