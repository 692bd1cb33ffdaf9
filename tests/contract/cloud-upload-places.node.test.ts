import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
const started = async (size = bytes.byteLength) => {
  const ticket = await requestUpload(user, size);
  expect((await createTus(cloud, ticket, size)).status).toBe(201);
  return ticket;
};

const giveUp = async (id: string, by = user) =>
  (await by.call(`/v1/uploads/${id}`, { method: 'DELETE' })).status;

describe('an upload that is given up', () => {
  it.each([
    ['its file cannot be opened', 500, 'internal', (path: string) => symlink(path, path)],
    ['the disk is full (F4)', 507, 'storage.full', (path: string) => symlink('/dev/full', path)],
  ])('tells nothing of the server’s folders when %s (F5)', async (_, status, code, spoil) => {
    const ticket = await requestUpload(user, bytes.byteLength);
    await createTus(cloud, ticket, bytes.byteLength);
    const path = join(cloud.config.folder, 'intake', ticket.upload_id);
    await rm(path);
    await spoil(path);
    const answer = await patchTus(cloud, ticket, 0, bytes);
    const text = await answer.text();
    expect(text).not.toContain(cloud.config.folder);
    expect(answer.status).toBe(status);
    expect(JSON.parse(text)).toMatchObject({ error: { code } });
  });

  it('one that was given up is gone with its bytes, starts no job, and may be given up again', async () => {
    const begun = await started();
    await patchTus(cloud, begun, 0, bytes.subarray(0, 1000));
    const untouched = await requestUpload(user, 10, { target: 'es' });
    for (const { upload_id: id } of [begun, untouched, begun]) expect(await giveUp(id)).toBe(204);
    expect(await readdir(join(cloud.config.folder, 'intake'))).not.toContain(begun.upload_id);
    expect((await patchTus(cloud, begun, 1000, bytes.subarray(1000))).status).toBe(410);
    expect((await createTus(cloud, untouched, 10)).status).toBe(410);
    expect((await user.post(`/v1/uploads/${begun.upload_id}/renew`)).status).toBe(410);
  });

  it("should 404 giving up another user's upload, and 403 a finished one", async () => {
    const ticket = await started(10);
    expect(await giveUp(ticket.upload_id, await newUser(cloud))).toBe(404);
    expect((await patchTus(cloud, ticket, 0, bytes.subarray(0, 10))).status).toBe(204);
    expect(await giveUp(ticket.upload_id)).toBe(403);
    expect((await stored(ticket.object_key)).byteLength).toBe(10);
  });

  it('ten that were given up take no place of the ones to come (case 8)', async () => {
    const strict = await withCloud('postgres', { limits: { pendingUploads: 2, openJobs: 2 } });
    try {
      const someone = await newUser(strict.cloud);
      for (let n = 0; n < 10; n++) {
        const { upload_id: id } = await requestUpload(someone, 10, { target: 'es' });
        expect(await giveUp(id, someone)).toBe(204);
      }
      await requestUpload(someone, 10, { target: 'es' });
    } finally {
      await strict.done();
    }
  });
});

describe('how many uploads there may be', () => {
  it('a creation whose answer was lost can be repeated without losing bytes', async () => {
    const ticket = await started();
    await patchTus(cloud, ticket, 0, bytes.subarray(0, 1000));
    expect((await createTus(cloud, ticket, bytes.byteLength)).status).toBe(201);
    expect(await offsetOf(ticket)).toEqual({ status: 200, offset: 1000 });
  });

  it('should 429 more unfinished uploads than allowed, also when asked at once (case 8)', async () => {
    const strict = await withCloud('postgres', { limits: { pendingUploads: 3 } });
    try {
      const someone = await newUser(strict.cloud);
      const wish = { filename: 'a.mp4', size: 10, content_type: 'video/mp4' };
      const all = await Promise.all(
        Array.from({ length: 8 }, () => someone.post('/v1/uploads/request', wish)),
      );
      const statuses = all.map((response) => response.status).sort();
      expect(statuses).toEqual([201, 201, 201, 429, 429, 429, 429, 429]);
    } finally {
      await strict.done();
    }
  });

  it('should 400 an empty file and nonsense in the request (case 9)', async () => {
    for (const wish of [
      { filename: 'a.mp4', size: 0, content_type: 'video/mp4' },
      { filename: '', size: 1, content_type: 'video/mp4' },
      { filename: 'a', size: 1.5, content_type: 'video/mp4' },
      { filename: 'a', size: 1, content_type: 'video/mp4', job: { target: 'not a language' } },
      { filename: 'a', size: 1, content_type: 'video/mp4', other: true },
    ]) {
      const response = await user.post('/v1/uploads/request', wish);
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { error: { code: 'request.invalid' } },
      ]);
    }
    const noType = await user.call('/v1/uploads/request', { method: 'POST', body: '{}' });
    expect(noType.status).toBe(400);
  });
});

describe('an upload before and after a crash', () => {
  it('a complete upload whose news was lost in a crash becomes a job at the next sweep', async () => {
    const ticket = await requestUpload(user, 1000, { target: 'es' });
    await createTus(cloud, ticket, 1000);
    // The last byte is on disk and the process dies before onUploadFinish.
    await writeFile(join(cloud.config.folder, 'intake', ticket.upload_id), bytes.subarray(0, 1000));
    await cloud.sweepNow();
    await cloud.sweepNow();
    const { jobs } = (await (await user.call('/v1/jobs')).json()) as { jobs: { uploadId: string }[] };
    expect(jobs.filter((job) => job.uploadId === ticket.upload_id)).toHaveLength(1);
  });
});
