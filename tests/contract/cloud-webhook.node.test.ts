import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobs, uploads, webhookEvents } from '../../server/db/schema.ts';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, requestUpload, type TestUser } from '../support/cloud/user.ts';
import { BUNNY, bunnyStreamAt, fakeBunny } from '../fakes/bunny.ts';

type FakeBunny = Awaited<ReturnType<typeof fakeBunny>>;

let bunny: FakeBunny;
let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

beforeAll(async () => {
  bunny = await fakeBunny();
  ({ cloud, done } = await withCloud('postgres', {
    bunnyStream: bunnyStreamAt(bunny.origin),
    limits: { pendingUploads: 1000, requestsPerMinute: 100_000 },
    timing: { pollUploadsAfter: 0 },
  }));
  user = await newUser(cloud);
});
afterAll(async () => {
  await done();
  await bunny.close();
});

const newUpload = async () => {
  const ticket = await requestUpload(user, 1_000, { target: 'es' });
  return { ticket, guid: ticket.headers['VideoId'] ?? '' };
};
const hook = async (init: RequestInit) => (await cloud.api.request('/webhooks/bunnycdn', init)).status;
const jobsOf = async (uploadId: string) =>
  cloud.services.database.read.select().from(jobs).where(eq(jobs.uploadId, uploadId));
const notedOf = async (guid: string) =>
  cloud.services.database.read.select().from(webhookEvents).where(eq(webhookEvents.guid, guid));

describe('an upload to Bunny Stream', () => {
  it("should presign a video of Bunny's own for tus", async () => {
    const { ticket, guid } = await newUpload();
    const { createHash } = await import('node:crypto');
    const expire = String(Math.floor(Date.parse(ticket.expires_at) / 1000));
    const signature = createHash('sha256').update(`133${BUNNY.apiKey}${expire}${guid}`).digest('hex');
    expect(bunny.videos.get(guid)).toMatchObject({ title: 'talk.mp4' });
    expect(ticket.upload_url).toBe(`${bunny.origin}/tusupload`);
    expect(ticket.headers).toEqual({
      AuthorizationSignature: signature,
      AuthorizationExpire: expire,
      LibraryId: '133',
      VideoId: guid,
    });
  });

  it('should start the job on status 7 and give the worker a signed link to the original', async () => {
    const { ticket, guid } = await newUpload();
    for (const status of [6, 0, 1]) expect(await hook(bunny.webhook(guid, status))).toBe(200);
    expect(await jobsOf(ticket.upload_id)).toHaveLength(0);
    expect(await hook(bunny.webhook(guid, 7))).toBe(200);
    const [job] = await jobsOf(ticket.upload_id);
    const claim = (await (await newWorker(cloud).claim(job?.id ?? '')).json()) as Claim;
    bunny.files.set(`${guid}/original`, new Uint8Array([1, 2, 3]));
    const original = await fetch(claim.input.url);
    expect(new Uint8Array(await original.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  });
});

describe('a webhook', () => {
  it('should 401 any other signature and note nothing (case 20)', async () => {
    const { ticket, guid } = await newUpload();
    const right = bunny.webhook(guid, 7).headers['X-BunnyStream-Signature'];
    const body = JSON.stringify({ VideoGuid: guid, VideoLibraryId: 133, Status: 7 });
    const tries = [
      bunny.webhook(guid, 7, { headers: { 'X-BunnyStream-Signature': '0'.repeat(64) } }),
      bunny.webhook(guid, 7, { headers: { 'X-BunnyStream-Signature': '' } }),
      bunny.webhook(guid, 7, { headers: { 'X-BunnyStream-Signature': right.toUpperCase() } }),
      bunny.webhook(guid, 7, { headers: { 'X-BunnyStream-Signature-Version': 'v2' } }),
      bunny.webhook(guid, 7, { headers: { 'X-BunnyStream-Signature-Algorithm': 'hmac-sha1' } }),
      bunny.webhook(guid, 7, { body }),
      bunny.webhook(guid, 7, { body: `${bunny.webhook(guid, 7).body} ` }),
      { method: 'POST', body: bunny.webhook(guid, 7).body },
    ];
    for (const init of tries) expect(await hook(init)).toBe(401);
    expect(await notedOf(guid)).toEqual([]);
    expect(await jobsOf(ticket.upload_id)).toEqual([]);
  });

  it('should make one job of a webhook replayed 100 times in parallel (case 21)', async () => {
    const { ticket, guid } = await newUpload();
    const all = await Promise.all(Array.from({ length: 100 }, () => hook(bunny.webhook(guid, 7))));
    expect(new Set(all)).toEqual(new Set([200]));
    expect(await jobsOf(ticket.upload_id)).toHaveLength(1);
    expect(await notedOf(guid)).toHaveLength(1);
  });

  it('should take webhooks out of order and of unknown videos with 200 (case 22)', async () => {
    const { ticket, guid } = await newUpload();
    for (const status of [7, 6, 8, 5, 3]) expect(await hook(bunny.webhook(guid, status))).toBe(200);
    expect(await jobsOf(ticket.upload_id)).toHaveLength(1);
    const before = await cloud.services.database.read.select().from(jobs);
    expect(await hook(bunny.webhook('11111111-2222-4333-8444-555555555555', 7))).toBe(200);
    expect(await cloud.services.database.read.select().from(jobs)).toHaveLength(before.length);
  });
});

describe('a webhook that never came or came out of order', () => {
  it('should find an upload whose webhook never came, by asking (case 22)', async () => {
    const arrived = await newUpload();
    const failed = await newUpload();
    const waiting = await newUpload();
    bunny.videos.set(arrived.guid, { title: '', status: 1 });
    bunny.videos.set(failed.guid, { title: '', status: 6 });
    await cloud.sweepNow();
    await Promise.all([cloud.sweepNow(), hook(bunny.webhook(arrived.guid, 7))]);
    expect(await jobsOf(arrived.ticket.upload_id)).toHaveLength(1);
    const stateOf = async (id: string) => {
      const [row] = await cloud.services.database.read.select().from(uploads).where(eq(uploads.id, id));
      return row?.state;
    };
    expect(await stateOf(failed.ticket.upload_id)).toBe('failed');
    expect(await stateOf(waiting.ticket.upload_id)).toBe('pending');
  });

  it('should count a finished upload whose failure was told before it (case 22)', async () => {
    const { ticket, guid } = await newUpload();
    for (const status of [8, 7, 8]) expect(await hook(bunny.webhook(guid, status))).toBe(200);
    expect(await jobsOf(ticket.upload_id)).toHaveLength(1);
    const again = await user.post('/v1/jobs', { upload_id: ticket.upload_id, job: { target: 'es' } });
    expect(again.status).toBe(200);
  });

  it('should say of an upload that failed that it has, for good', async () => {
    const { ticket, guid } = await newUpload();
    const start = async () => {
      const response = await user.post('/v1/jobs', { upload_id: ticket.upload_id, job: { target: 'es' } });
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
    };
    expect(await start()).toEqual([409, 'upload.incomplete']);
    expect(await hook(bunny.webhook(guid, 8))).toBe(200);
    expect(await start()).toEqual([410, 'upload.failed']);
  });
});

describe('a place for a video', () => {
  it('should remove the video of an upload that was given up, and make no job of it', async () => {
    const { ticket, guid } = await newUpload();
    const giveUp = () => user.call(`/v1/uploads/${ticket.upload_id}`, { method: 'DELETE' });
    bunny.faults.status = 500;
    try {
      expect((await giveUp()).status).toBe(503);
    } finally {
      delete bunny.faults.status;
    }
    expect(bunny.videos.has(guid)).toBe(true);
    expect((await giveUp()).status).toBe(204);
    expect(bunny.videos.has(guid)).toBe(false);
    expect(await hook(bunny.webhook(guid, 7))).toBe(200);
    expect(await jobsOf(ticket.upload_id)).toEqual([]);
  });

  it('should make no video for a user without a place, nor leave one when asked at once', async () => {
    const strict = await withCloud('postgres', {
      bunnyStream: cloud.config.bunnyStream,
      limits: { pendingUploads: 1 },
    });
    try {
      const someone = await newUser(strict.cloud);
      const before = bunny.videos.size;
      const wish = { filename: 'a.mp4', size: 10, content_type: 'video/mp4' };
      const ask = async () => (await someone.post('/v1/uploads/request', wish)).status;
      const all = await Promise.all(Array.from({ length: 5 }, ask));
      expect(all.sort()).toEqual([201, 429, 429, 429, 429]);
      expect(bunny.videos.size).toBe(before + 1);
      const { created } = bunny.counted;
      expect(await ask()).toBe(429);
      expect(bunny.counted.created).toBe(created);
    } finally {
      await strict.done();
    }
  });
});
