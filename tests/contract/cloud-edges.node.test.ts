import { existsSync } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clerkIdentity } from '../../server/identity/clerk.ts';
import { usage } from '../../server/db/schema.ts';
import { bunnyStorage } from '../../server/storage/bunny.ts';
import type { Export } from '../../server/account/calls.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import {
  createTus,
  newUser,
  newWorker,
  patchTus,
  randomBytesOf,
  requestUpload,
  tusCall,
  uploadedJob,
  type TestUser,
} from '../support/cloud/user.ts';

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;
beforeAll(async () => {
  ({ cloud, done } = await withCloud('postgres', {
    publicUrl: 'https://octavia.example',
    metricsToken: 'metrics-0123456789',
    limits: { requestsPerMinute: 100_000, pendingUploads: 1000 },
  }));
  user = await newUser(cloud);
});
afterAll(() => done());

/** A request over a socket from some address. */
const from = (address: string, path: string, headers: Record<string, string> = {}) =>
  cloud.api.request(path, { headers }, { incoming: { socket: { remoteAddress: address } } });

describe('who may ask', () => {
  it('an address that keeps sending bad tokens waits, and no other does (L3)', async () => {
    const ask = (address: string, token: string) =>
      from(address, '/v1/jobs', { Authorization: `Bearer ${token}` });
    for (let n = 0; n < 120; n++) expect((await ask('198.51.100.1', 'bad')).status).toBe(401);
    expect((await ask('198.51.100.1', 'bad')).status).toBe(429);
    expect((await ask('198.51.100.1', user.token)).status).toBe(429);
    expect((await ask('198.51.100.2', user.token)).status).toBe(200);
  });

  it('metrics are for this machine, and elsewhere for the token (L7)', async () => {
    expect((await from('127.0.0.1', '/metrics')).status).toBe(200);
    const proxied = { 'X-Forwarded-For': '198.51.100.7' };
    expect((await from('127.0.0.1', '/metrics', proxied)).status).toBe(401);
    expect((await from('198.51.100.7', '/metrics')).status).toBe(401);
    const ask = (token: string) => from('198.51.100.7', '/metrics', { Authorization: `Bearer ${token}` });
    expect((await ask('another')).status).toBe(401);
    expect((await ask('metrics-0123456789')).status).toBe(200);
  });

  it('a token that was issued in the future is refused (L12)', async () => {
    const { keys } = cloud.services;
    const now = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ sid: 's', nbf: now - 5, iat: now + 600 })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keys.keyId })
      .setIssuer('octavia-local')
      .setSubject(user.id)
      .setExpirationTime(now + 900)
      .sign(keys.sign);
    const response = await user.call('/v1/jobs', { headers: { Authorization: `Bearer ${token}` } });
    expect(response.status).toBe(401);
  });

  it('a sign-in service that is down is asked once in a cooldown (L2)', async () => {
    let asked = 0;
    const app = (await import('node:http')).createServer((_, response) => {
      asked++;
      response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const { port } = app.address() as { port: number };
    const rules = { issuer: 'https://clerk.example', authorizedParties: [] };
    const identity = clerkIdentity({ ...rules, jwksUrl: `http://127.0.0.1:${port}/keys` });
    for (let n = 0; n < 20; n++) {
      await expect(identity.verify(user.token)).rejects.toMatchObject({ code: 'unavailable' });
    }
    expect(asked).toBe(1);
    app.close();
  });
});

describe('what is answered', () => {
  it('with headers that keep an answer from being run, framed or read elsewhere (L6)', async () => {
    const { headers } = await user.call('/v1/jobs');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it.each([
    ['glossary', Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`term ${n}`, 'word']))],
    ['edits', Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`s${n}`, 'word']))],
    ['edits', Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`s${n}`, 'x'.repeat(2_000)]))],
  ])('a wish with too many %s is refused (L8)', async (name, value) => {
    const wish = {
      filename: 'a.mp4',
      size: 10,
      content_type: 'video/mp4',
      job: { target: 'es', [name]: value },
    };
    expect((await user.post('/v1/uploads/request', wish)).status).toBe(400);
  });

  it('an attempt beyond what is counted is refused (L5)', async () => {
    const id = await uploadedJob(cloud, user, randomBytesOf(10));
    expect((await user.post(`/v1/jobs/${id}/retry`, { attempt: 2 ** 31 })).status).toBe(400);
  });

  it('for a finished upload, what the file is; and PATCH may be meant by POST (L11)', async () => {
    const ticket = await requestUpload(user, 100);
    await createTus(cloud, ticket, 100);
    const half = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' };
    const meant = { ...half, 'X-HTTP-Method-Override': 'PATCH' };
    expect((await tusCall(cloud, ticket, 'POST', meant, randomBytesOf(50))).status).toBe(204);
    expect((await patchTus(cloud, ticket, 50, randomBytesOf(50))).status).toBe(204);
    const head = await tusCall(cloud, ticket, 'HEAD');
    expect(head.headers.get('upload-metadata')).toContain(`title ${btoa('talk.mp4')}`);
  });

  it('a file only as long as it is the one that was meant (L11)', async () => {
    const id = await uploadedJob(cloud, user, randomBytesOf(10));
    const worker = newWorker(cloud);
    await worker.claim(id);
    await worker.finish({ id, attempt: 1 }, randomBytesOf(1000));
    const { url } = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { url: string };
    const ask = (etag: string) => cloud.api.request(url, { headers: { 'If-Match': etag } });
    const etag = (await cloud.api.request(url)).headers.get('etag') ?? '';
    expect([(await ask(etag)).status, (await ask('*')).status, (await ask('"x"')).status]).toEqual([
      200, 200, 412,
    ]);
  });
});

describe('room on the disk', () => {
  it('is promised once: what was promised and has not come counts as taken (L9)', async () => {
    const { statfs } = await import('node:fs/promises');
    const { bavail, bsize } = await statfs(cloud.config.folder);
    const most = Math.floor((bavail * bsize * 0.7) / 1024) * 1024;
    const roomy = { uploadBytes: most * 2, userBytes: most * 4 };
    Object.assign(cloud.services.config.limits, roomy);
    const ask = (size: number) =>
      user.post('/v1/uploads/request', { filename: 'a.mp4', size, content_type: 'video/mp4' });
    const [first, second] = await Promise.all([ask(most), ask(most)]);
    expect([first.status, second.status].sort()).toEqual([201, 507]);
    const { upload_id } = (await (first.status === 201 ? first : second).json()) as { upload_id: string };
    expect((await user.call(`/v1/uploads/${upload_id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(1000)).status).toBe(201);
  });

  it('counts what has come only once (L9)', async () => {
    const { intake } = { intake: join(cloud.config.folder, 'intake') };
    await mkdir(intake, { recursive: true });
    await writeFile(join(intake, 'sparse'), '');
    await truncate(join(intake, 'sparse'), 1e6);
    expect((await requestUpload(user, 1000)).upload_id).toBeTruthy();
  });
});

it('a storage that does not answer is given up (L13)', async () => {
  const silent = (await import('node:net')).createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const address = `http://127.0.0.1:${port}`;
  const names = { zone: 'z', accessKey: 'k', pullZone: address, tokenKey: 't' };
  const storage = bunnyStorage({ endpoint: address, ...names, callMs: 300 });
  await expect(storage.stat('a/b')).rejects.toThrow('in time');
  silent.close();
});

it('a user takes everything along, and then nothing but the bill is left (L15)', async () => {
  const someone = await newUser(cloud);
  const id = await uploadedJob(cloud, someone, randomBytesOf(1000));
  const worker = newWorker(cloud);
  await worker.claim(id);
  await worker.finish({ id, attempt: 1 }, randomBytesOf(500));
  await uploadedJob(cloud, someone, randomBytesOf(2000));
  const open = await requestUpload(someone, 100);
  await createTus(cloud, open, 100);
  const all = (await (await someone.call('/v1/account')).json()) as Export;
  expect(all).toMatchObject({ user_id: someone.id, usage: [{ job_id: id, seconds: 10 }] });
  expect([all.uploads.length, all.jobs.length]).toEqual([3, 2]);
  const finished = all.jobs.find(({ job }) => job.id === id);
  expect(finished?.report).toMatchObject({ durationMatch: 0.999 });
  const video = await cloud.api.request(finished?.video_url ?? '');
  expect((await video.arrayBuffer()).byteLength).toBe(500);

  expect((await someone.call('/v1/account', { method: 'DELETE' })).status).toBe(204);
  const none = (await (await someone.call('/v1/account')).json()) as Export;
  expect(none).toMatchObject({ uploads: [], jobs: [], usage: [{ job_id: id, seconds: 10 }] });
  for (const folder of ['files/uploads', 'files/results']) {
    expect(existsSync(join(cloud.config.folder, folder, someone.id, id))).toBe(false);
  }
  expect(existsSync(join(cloud.config.folder, 'intake', open.upload_id))).toBe(false);
  const rows = await cloud.services.database.read.select().from(usage);
  expect(rows.filter(({ userId }) => userId === someone.id)).toHaveLength(1);
});
