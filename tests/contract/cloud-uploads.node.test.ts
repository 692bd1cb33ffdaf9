import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploads } from '../../server/db/schema.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import {
  createTus,
  newUser,
  patchTus,
  randomBytesOf,
  requestUpload,
  tusCall,
  type TestUser,
} from '../support/cloud/user.ts';

const KIB = 1024;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A body that comes in pieces, when the test says so. */
function slowBody() {
  let feed: (piece: Uint8Array | undefined | Error) => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      feed = (piece) => {
        if (piece === undefined) controller.close();
        else if (piece instanceof Error) controller.error(piece);
        else controller.enqueue(piece);
      };
    },
  });
  return {
    body,
    send: (piece: Uint8Array) => feed(piece),
    end: () => feed(undefined),
    cut: () => feed(new Error('cut')),
  };
}

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;
const bytes = randomBytesOf(300 * KIB);

beforeAll(async () => {
  ({ cloud, done } = await withCloud('postgres', {
    limits: { uploadBytes: 2 ** 20, pendingUploads: 1000, requestsPerMinute: 100_000 },
  }));
  user = await newUser(cloud);
});
afterAll(() => done());

const offsetOf = async (ticket: Parameters<typeof tusCall>[1]) => {
  const head = await tusCall(cloud, ticket, 'HEAD');
  return { status: head.status, offset: Number(head.headers.get('upload-offset')) };
};
const stored = async (key: string) => readFile(join(cloud.config.folder, 'files', ...key.split('/')));
/** Until so many bytes of an unfinished upload are on the disk. */
const arrived = ({ upload_id }: { upload_id: string }, size: number) =>
  expect.poll(async () => (await stat(join(cloud.config.folder, 'intake', upload_id))).size).toBe(size);
const started = async (size = bytes.byteLength) => {
  const ticket = await requestUpload(user, size);
  expect((await createTus(cloud, ticket, size)).status).toBe(201);
  return ticket;
};

describe('the bytes of an upload', () => {
  it('a file goes up in pieces and is stored whole', async () => {
    const ticket = await started();
    const first = await patchTus(cloud, ticket, 0, bytes.subarray(0, 100_000));
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '100000']);
    expect(await offsetOf(ticket)).toEqual({ status: 200, offset: 100_000 });
    const second = await patchTus(cloud, ticket, 100_000, bytes.subarray(100_000));
    expect([second.status, second.headers.get('upload-offset')]).toEqual([204, String(bytes.byteLength)]);
    expect(sha256(await stored(ticket.object_key))).toBe(sha256(bytes));
    expect(await offsetOf(ticket)).toEqual({ status: 200, offset: bytes.byteLength });
  });

  it('should 409 a PATCH at a wrong or repeated offset and keep the bytes (case 1)', async () => {
    const ticket = await started();
    await patchTus(cloud, ticket, 0, bytes.subarray(0, 1000));
    for (const offset of [0, 999, 1001]) {
      expect((await patchTus(cloud, ticket, offset, bytes.subarray(5000, 6000))).status).toBe(409);
    }
    expect((await patchTus(cloud, ticket, 1000, bytes.subarray(1000))).status).toBe(204);
    expect(sha256(await stored(ticket.object_key))).toBe(sha256(bytes));
  });

  it('should let one of two concurrent PATCHes win (case 2)', async () => {
    const ticket = await started();
    const all = await Promise.all([patchTus(cloud, ticket, 0, bytes), patchTus(cloud, ticket, 0, bytes)]);
    const statuses = all.map((response) => response.status).sort();
    expect(statuses[0]).toBe(204);
    expect([409, 423]).toContain(statuses[1]);
    expect(sha256(await stored(ticket.object_key))).toBe(sha256(bytes));
  });

  it('should take over from a PATCH whose line hangs, and lose no byte (case 2)', async () => {
    const ticket = await started();
    const hung = slowBody();
    const first = patchTus(cloud, ticket, 0, hung.body);
    hung.send(bytes.subarray(0, 50_000));
    await arrived(ticket, 50_000);
    const second = await patchTus(cloud, ticket, 0, bytes);
    expect(second.status).toBe(409);
    hung.end();
    await first;
    const { offset } = await offsetOf(ticket);
    expect((await patchTus(cloud, ticket, offset, bytes.subarray(offset))).status).toBe(204);
    expect(sha256(await stored(ticket.object_key))).toBe(sha256(bytes));
  });
});

describe('an upload that is cut or too long', () => {
  it('should keep what came before the line was cut, over a restart too (case 3)', async () => {
    const ticket = await started();
    const slow = slowBody();
    const cut = patchTus(cloud, ticket, 0, slow.body);
    slow.send(bytes.subarray(0, 70_000));
    await arrived(ticket, 70_000);
    slow.cut();
    await cut.catch(() => undefined);
    await cloud.restart();
    const { status, offset } = await offsetOf(ticket);
    expect(status).toBe(200);
    expect(offset).toBe(70_000);
    expect((await patchTus(cloud, ticket, offset, bytes.subarray(offset))).status).toBe(204);
    expect(sha256(await stored(ticket.object_key))).toBe(sha256(bytes));
  });

  it('should 413 a body past Upload-Length, with and without Content-Length (case 4)', async () => {
    const ticket = await started(1000);
    const long = bytes.subarray(0, 1500);
    const headers = { 'Content-Length': '1500' };
    expect((await patchTus(cloud, ticket, 0, long, headers)).status).toBe(413);
    const chunked = new Blob([long]).stream();
    expect((await patchTus(cloud, ticket, 0, chunked)).status).toBe(413);
    expect(await offsetOf(ticket)).toEqual({ status: 200, offset: 0 });
  });

  it('should 413 a file over the limit, and refuse another length than announced (case 4)', async () => {
    const wish = { filename: 'a.mp4', size: 2 ** 20 + 1, content_type: 'video/mp4' };
    const refused = await user.post('/v1/uploads/request', wish);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: { code: 'upload.too_large' } });
    const ticket = await requestUpload(user, 1000);
    expect((await createTus(cloud, ticket, 1001)).status).toBe(400);
    expect((await tusCall(cloud, ticket, 'POST', { 'Upload-Defer-Length': '1' })).status).toBe(400);
  });
});

describe('an upload as the protocol wants it', () => {
  it('should honour Upload-Checksum: 460 and no byte kept on a mismatch (case 5)', async () => {
    const ticket = await started();
    const piece = bytes.subarray(0, 10_000);
    const digest = createHash('sha1').update(piece).digest('base64');
    const wrong = createHash('sha1').update('other').digest('base64');
    const send = (value: string) => patchTus(cloud, ticket, 0, piece, { 'Upload-Checksum': value });
    expect((await send(`sha1 ${wrong}`)).status).toBe(460);
    expect(await offsetOf(ticket)).toEqual({ status: 200, offset: 0 });
    expect((await send(`crc32 ${digest}`)).status).toBe(400);
    expect((await send(digest)).status).toBe(400);
    expect((await send(`sha1 ${digest}`)).status).toBe(204);
    expect(await offsetOf(ticket)).toEqual({ status: 200, offset: 10_000 });
  });

  it('should 412 another protocol version and 415 another content type', async () => {
    const ticket = await started();
    for (const version of ['0.2.2', '']) {
      const response = await tusCall(cloud, ticket, 'HEAD', { 'Tus-Resumable': version });
      expect([response.status, response.headers.get('tus-version')]).toEqual([412, '1.0.0']);
    }
    const json = await patchTus(cloud, ticket, 0, '{}', { 'Content-Type': 'application/json' });
    expect(json.status).toBe(415);
    const options = await cloud.api.request(ticket.upload_url, { method: 'OPTIONS' });
    expect(options.headers.get('tus-checksum-algorithm')).toContain('sha1');
  });

  it('should 404 what is unknown or tries to leave the folder (case 6)', async () => {
    const ticket = await started();
    const base = ticket.upload_url.slice(0, -36);
    for (const id of ['00000000-0000-4000-8000-000000000000', '..%2f..%2fkeys%2fsecret', '%00', 'x']) {
      const asUser = { ...ticket, upload_url: base + id, headers: { Authorization: `Bearer ${user.token}` } };
      expect((await tusCall(cloud, asUser, 'HEAD')).status, id).toBe(404);
      expect((await tusCall(cloud, { ...ticket, upload_url: base + id }, 'HEAD')).status, id).toBe(404);
    }
  });
});

describe('an upload that is not to be had', () => {
  it('should 410 an expired upload and remove its bytes (case 6)', async () => {
    const short = await withCloud('postgres');
    try {
      const someone = await newUser(short.cloud);
      const ticket = await requestUpload(someone, 1000);
      await createTus(short.cloud, ticket, 1000);
      await patchTus(short.cloud, ticket, 0, bytes.subarray(0, 10));
      const { write } = short.cloud.services.database;
      await write.update(uploads).set({ expiresAt: new Date(Date.now() - 1) });
      const late = { ...ticket, headers: { Authorization: `Bearer ${someone.token}` } };
      expect((await tusCall(short.cloud, late, 'HEAD')).status).toBe(410);
      await short.cloud.sweepNow();
      expect((await tusCall(short.cloud, late, 'HEAD')).status).toBe(410);
      await expect(readFile(join(short.cloud.config.folder, 'intake', ticket.upload_id))).rejects.toThrow(
        'ENOENT',
      );
    } finally {
      await short.done();
    }
  });

  it("should 404 another user's HEAD, PATCH, GET, POST and DELETE, and 401 without a token (case 7)", async () => {
    const ticket = await started();
    const stranger = await newUser(cloud);
    const theirs = await requestUpload(stranger, 10);
    const tries = [{ Authorization: `Bearer ${stranger.token}` }, theirs.headers];
    for (const headers of tries) {
      const foreign = { ...ticket, headers };
      for (const method of ['HEAD', 'GET', 'DELETE', 'POST']) {
        expect((await tusCall(cloud, foreign, method, { 'Upload-Length': '307200' })).status, method).toBe(
          404,
        );
      }
      expect((await patchTus(cloud, foreign, 0, bytes)).status).toBe(404);
    }
    for (const method of ['HEAD', 'DELETE', 'POST']) {
      expect((await tusCall(cloud, { ...ticket, headers: {} }, method)).status, method).toBe(401);
    }
    expect((await patchTus(cloud, { ...ticket, headers: {} }, 0, bytes)).status).toBe(401);
    expect((await stranger.post(`/v1/uploads/${ticket.upload_id}/renew`)).status).toBe(404);
    expect(await offsetOf(ticket)).toEqual({ status: 200, offset: 0 });
  });

  it('should never serve an upload over GET, and never delete a finished one', async () => {
    const ticket = await started(10);
    expect((await tusCall(cloud, ticket, 'GET')).status).toBe(404);
    expect((await patchTus(cloud, ticket, 0, bytes.subarray(0, 10))).status).toBe(204);
    expect((await tusCall(cloud, ticket, 'DELETE')).status).toBe(403);
    expect((await tusCall(cloud, ticket, 'GET')).status).toBe(404);
    expect((await stored(ticket.object_key)).byteLength).toBe(10);
  });

  it('an unfinished upload can be given up by its owner', async () => {
    const ticket = await started(10);
    expect((await tusCall(cloud, ticket, 'DELETE')).status).toBe(204);
    expect((await tusCall(cloud, ticket, 'HEAD')).status).toBe(410);
  });
});
