import { Writable } from 'node:stream';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCloud } from '../../server/cloud.ts';
import { readConfig } from '../../server/settings/config.ts';
import { jobs } from '../../server/db/schema.ts';
import { scratchDatabase, testFolder, withCloud, type TestCloud } from '../support/cloud/server.ts';
import {
  createTus,
  newUser,
  newWorker,
  patchTus,
  randomBytesOf,
  requestUpload,
  tusCall,
  uploadedJob,
} from '../support/cloud/user.ts';
import { listen } from '../fakes/listen.ts';

let cloud: TestCloud;
let done: () => Promise<void>;
beforeAll(async () => {
  ({ cloud, done } = await withCloud('postgres', {
    limits: { requestsPerMinute: 20, workerRequestsPerMinute: 30 },
  }));
});
afterAll(() => done());

const get = (path: string) => cloud.api.request(path);

it('refuses what no text can hold, in bodies and addresses (F9)', async () => {
  const user = await newUser(cloud);
  const wish = (filename: string) => ({ filename, size: 5, content_type: 'video/mp4' });
  const asked = [
    user.post('/v1/uploads/request', wish('a\0b.mp4')),
    user.post('/v1/uploads/request', wish('a\ud800.mp4')),
    user.post('/v1/uploads/request', { ...wish('a.mp4'), job: { target: 'es', glossary: { 'a\0': 'b' } } }),
    user.call('/v1/jobs?before=%00'),
  ];
  for (const answer of await Promise.all(asked)) {
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'request.invalid' } });
  }
  expect((await user.post('/v1/uploads/request', wish('a😀.mp4'))).status).toBe(201);
});

describe('the API describes itself', () => {
  it('describes every route at /openapi.json', async () => {
    const spec = (await (await get('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: object }>>;
    };
    expect(spec.openapi).toBe('3.1.0');
    const described = Object.entries(spec.paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => `${verb} ${path}`),
    );
    const answered = cloud.api.routes
      // The files themselves: tus 1.0 says how they go up, a signed link how they come down.
      .filter(({ path }) => !/^\/v1\/(?:uploads\/)?files\//.test(path))
      .filter(({ method, path }) => method !== 'ALL' && path !== '/openapi.json')
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(described.toSorted()).toEqual([...new Set(answered)].sort());
    expect(described).toEqual(
      expect.arrayContaining([
        'post /v1/session',
        'post /v1/uploads/request',
        'post /v1/uploads/{id}/renew',
        'delete /v1/uploads/{id}',
        'post /webhooks/bunnycdn',
        'post /v1/jobs',
        'get /v1/jobs',
        'get /v1/jobs/{id}',
        'delete /v1/jobs/{id}',
        'post /v1/jobs/{id}/cancel',
        'post /v1/jobs/{id}/retry',
        'get /v1/jobs/{id}/events',
        'get /v1/jobs/{id}/result',
        'post /v1/jobs/{id}/claim',
        'post /v1/jobs/{id}/heartbeat',
        'put /v1/jobs/{id}/outputs/{name}',
        'post /v1/jobs/{id}/checkpoint',
        'get /v1/jobs/{id}/checkpoint',
        'get /v1/jobs/{id}/checkpoints',
        'post /v1/jobs/{id}/complete',
        'post /v1/jobs/{id}/fail',
        'post /v1/jobs/{id}/release',
        'get /healthz',
        'get /readyz',
        'get /metrics',
      ]),
    );
    expect(spec.paths['/v1/jobs/{id}']?.['get']?.responses).toHaveProperty('404');
  });
});

describe('the API counts', () => {
  it('is alive, is ready, and counts', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    const user = await newUser(cloud);
    await user.call('/v1/jobs/00000000-0000-4000-8000-000000000000');
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(
      /octavia_http_request_seconds_count\{[^}]*route="\/v1\/jobs\/:id"[^}]*status="404"[^}]*\} 1/,
    );
  });

  it('counts how jobs end, each once', async () => {
    const user = await newUser(cloud);
    const worker = newWorker(cloud, 'counted');
    const start = () => uploadedJob(cloud, user, randomBytesOf(100));
    const ended = async () => {
      const text = await (await get('/metrics')).text();
      return ['done', 'failed', 'cancelled'].map((status) =>
        Number(new RegExp(`octavia_jobs_ended\\{status="${status}"\\} (\\d+)`).exec(text)?.[1] ?? 0),
      );
    };
    expect(await ended()).toEqual([0, 0, 0]);
    const failed = await start();
    const fail = async (attempt: number, final: boolean) => {
      await worker.claim(failed);
      await worker.post(`/v1/jobs/${failed}/fail`, { code: 'model.failed', final }, { id: failed, attempt });
    };
    await fail(1, false);
    expect(await ended()).toEqual([0, 0, 0]);
    await fail(2, true);
    const stopped = await start();
    for (let n = 0; n < 2; n++) await user.post(`/v1/jobs/${stopped}/cancel`);
    await user.call(`/v1/jobs/${await start()}`, { method: 'DELETE' });
    const finished = await start();
    await worker.claim(finished);
    await worker.finish({ id: finished, attempt: 1 }, randomBytesOf(10));
    expect(await ended()).toEqual([1, 1, 2]);
    const dead = await start();
    await cloud.services.database.write
      .update(jobs)
      .set({ status: 'running', attempt: 3, leaseUntil: new Date(0) })
      .where(eq(jobs.id, dead));
    await cloud.sweepNow();
    expect(await ended()).toEqual([1, 2, 2]);
  });
});

describe('the API refuses', () => {
  it('refuses in one shape, and lets the paths of others alone', async () => {
    const nothing = await get('/v1/no/such/thing');
    expect([nothing.status, await nothing.json()]).toMatchObject([404, { error: { code: 'not.found' } }]);
    const anonymous = await get('/v1/jobs');
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const app = new Hono().route('/', cloud.api).route(
      '/',
      new Hono().get('*', (c) => c.text('the page')),
    );
    expect(await (await app.request('/models')).text()).toBe('the page');
    expect((await app.request('/v1/jobs')).status).toBe(401);
    expect((await app.request('/v1/no/such/thing')).status).toBe(404);
  });

  it('gives addresses at the origin it was asked at, so that localhost and 127.0.0.1 both work', async () => {
    const { token } = await newUser(cloud);
    const response = await cloud.api.request('http://box.test:4173/v1/uploads/request', {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ filename: 'a.mp4', size: 1, content_type: 'video/mp4' }),
    });
    const { upload_url } = (await response.json()) as { upload_url: string };
    expect(upload_url).toMatch(/^http:\/\/box\.test:4173\/v1\/uploads\/files\//);
  });

  it('bounds the bodies it reads', async () => {
    const user = await newUser(cloud);
    const huge = { filename: 'x'.repeat(17 * 2 ** 20), size: 1, content_type: 'video/mp4' };
    expect((await user.post('/v1/uploads/request', huge)).status).toBe(413);
  });
});

describe('the API limits how often it is asked', () => {
  it('answers 429 to a user who asks too often, and not to another', async () => {
    const [busy, calm] = [await newUser(cloud), await newUser(cloud)];
    const statuses = await Promise.all(
      Array.from({ length: 25 }, async () => (await busy.call('/v1/jobs')).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    const limited = await busy.call('/v1/jobs');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '10']);
    expect((await calm.call('/v1/jobs')).status).toBe(200);
  });

  it('answers 429 to an address that opens sessions too often, and to a worker that asks too often', async () => {
    const server = await listen(new Hono().route('/', cloud.api));
    try {
      const ask = () => fetch(`${server.origin}/v1/session`, { method: 'POST' });
      const all = await Promise.all(Array.from({ length: 25 }, ask));
      expect(all.filter(({ status }) => status === 200)).toHaveLength(20);
      // What a header says of the address counts for nothing.
      const headers = { 'X-Forwarded-For': '203.0.113.7' };
      const limited = await fetch(`${server.origin}/v1/session`, { method: 'POST', headers });
      expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '10']);
    } finally {
      await server.close();
    }
    const [busy, calm] = [newWorker(cloud, 'busy'), newWorker(cloud, 'calm')];
    const claim = async (worker: typeof busy) =>
      (await worker.claim('00000000-0000-4000-8000-000000000000')).status;
    const statuses = [];
    for (let n = 0; n < 31; n++) statuses.push(await claim(busy));
    expect(statuses).toEqual([...Array<number>(30).fill(409), 429]);
    expect(await claim(calm)).toBe(409);
  });
});

describe('the API keeps', () => {
  it('keeps a browser the same user by its cookie, which no script and no other site can use', async () => {
    const first = await cloud.api.request('/v1/session', { method: 'POST' });
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    const again = await cloud.api.request('/v1/session', {
      method: 'POST',
      headers: { Cookie: cookie.split(';')[0] ?? '', 'Sec-Fetch-Site': 'same-origin' },
    });
    expect(((await again.json()) as { user_id: string }).user_id).toBe(
      ((await first.json()) as { user_id: string }).user_id,
    );
    const foreign = await cloud.api.request('/v1/session', {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'cross-site' },
    });
    expect(foreign.status).toBe(403);
  });

  it('a full disk is said, costs no byte, and the upload goes on later (case 30)', async () => {
    const user = await newUser(cloud);
    const bytes = randomBytesOf(1_000);
    const ticket = await requestUpload(user, 1_000);
    await createTus(cloud, ticket, 1_000);
    const path = join(cloud.config.folder, 'intake', ticket.upload_id);
    await rm(path);
    await symlink('/dev/full', path);
    expect((await patchTus(cloud, ticket, 0, bytes)).status).toBe(507);
    await rm(path);
    await writeFile(path, '');
    expect((await tusCall(cloud, ticket, 'HEAD')).headers.get('upload-offset')).toBe('0');
    expect((await patchTus(cloud, ticket, 0, bytes)).status).toBe(204);
  });
});

it('what is logged holds no token, no secret, no ticket and no query', async () => {
  const { url, drop } = await scratchDatabase();
  const folder = await testFolder();
  let written = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, next) {
      written += chunk.toString();
      next();
    },
  });
  const config = readConfig({ OCTAVIA_DATA: folder, DATABASE_URL: url });
  const cloud = await openCloud(config, pino({ level: 'trace' }, sink));
  try {
    const session = await cloud.api.request('/v1/session', { method: 'POST' });
    const { token } = (await session.json()) as { token: string };
    const headers = { Authorization: `Bearer ${token}` };
    await cloud.api.request('/v1/jobs?secret=in-the-query', { headers });
    const id = '00000000-0000-4000-8000-000000000000';
    await cloud.api.request(`/v1/jobs/${id}/events?ticket=a-ticket`);
    await cloud.api.request('/v1/files/a/b?token=HS256-token&expires=1');
    expect(written).toContain('/v1/jobs');
    const cookie = /octavia_session=([^;]+)/.exec(session.headers.get('set-cookie') ?? '')?.[1] ?? 'none';
    for (const secret of [token, cookie, 'in-the-query', 'a-ticket', 'HS256-token']) {
      expect(written).not.toContain(secret);
    }
  } finally {
    await cloud.close();
    await drop();
    await rm(folder, { recursive: true, force: true });
  }
});
