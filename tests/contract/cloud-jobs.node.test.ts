import { SignJWT } from 'jose';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outbox } from '../../server/db/schema.ts';
import type { Job } from '../../server/jobs/shapes.ts';
import { issueWorkerToken } from '../../server/identity/worker-token.ts';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import { billsOf, claimJob, endLease, refusalOf } from '../support/cloud/jobs.ts';
import { jobOf } from '../support/cloud/served.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';

const INPUT = randomBytesOf(5_000);
const OUTPUT = randomBytesOf(20_000);
const HEX = 'a'.repeat(64);

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

const newJob = () => uploadedJob(cloud, user, INPUT);

/** An attempt's token as a claim hands it out, but for its key or its end. */
const forged = (key: Uint8Array, iss: string, job: { id: string; attempt: number }, exp: number) =>
  new SignJWT({ job: job.id, attempt: job.attempt, iat: exp - 3_600, exp, iss, sub: 'w1' })
    .setProtectedHeader({ alg: 'HS256', typ: 'attempt+jwt' })
    .setAudience('octavia-attempt')
    .sign(key);

const says = (id: string, call: string, token: string, body: object = {}) =>
  cloud.api.request(`/v1/jobs/${id}/${call}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

describe.each(['postgres', 'pglite'] as const)('jobs on %s', (kind) => {
  beforeAll(async () => {
    ({ cloud, done } = await withCloud(kind, {
      limits: { pendingUploads: 1000, requestsPerMinute: 100_000 },
    }));
    user = await newUser(cloud);
  });
  afterAll(() => done());

  describe('from the file to the result', making);
  describe('who may ask', asking);
  describe('leases', leasing);
  describe('completing', completing);
});

function making(): void {
  it('a file that has arrived becomes a job, which a worker does and its owner gets', async () => {
    const id = await newJob();
    expect(await jobOf(user, id)).toMatchObject({ status: 'queued', target: 'es', filename: 'talk.mp4' });
    const worker = newWorker(cloud);
    const job = await claimJob(cloud, id, worker);
    expect(job.claim).toMatchObject({
      attempt: 1,
      input: { bytes: 5_000 },
      wish: { target: 'es', source: 'auto' },
    });
    const input = await cloud.api.request(job.claim.input.url);
    expect(new Uint8Array(await input.arrayBuffer())).toEqual(INPUT);
    const progress = { stage: 'recognise', fraction: 0.4, secondsLeft: 30 };
    const line = { type: 'line', id: 's1', start: 0, end: 1, sourceText: 'Hi', targetText: 'Hola' };
    expect((await worker.post(`/v1/jobs/${id}/heartbeat`, { progress, events: [line] }, job)).status).toBe(
      200,
    );
    expect(await jobOf(user, id)).toMatchObject({ status: 'running', progress });
    expect((await user.call(`/v1/jobs/${id}/result`)).status).toBe(409);
    expect((await worker.finish(job, OUTPUT)).status).toBe(200);
    expect(await jobOf(user, id)).toMatchObject({ status: 'done', seconds: 10, durationMatch: 0.999 });
    const result = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { url: string };
    const video = await cloud.api.request(result.url);
    expect(video.headers.get('content-disposition')).toContain('talk.es.mp4');
    expect(new Uint8Array(await video.arrayBuffer())).toEqual(OUTPUT);
    expect(await billsOf(cloud, id)).toHaveLength(1);
  });

  it('job and announcement are written together, and the same wish is the same job', async () => {
    const id = await newJob();
    const { uploadId } = await jobOf(user, id);
    const rows = await cloud.services.database.read.select().from(outbox).where(eq(outbox.jobId, id));
    expect(rows).toHaveLength(1);
    const ask = (target: string) => user.post('/v1/jobs', { upload_id: uploadId, job: { target } });
    const again = await Promise.all([ask('es'), ask('es'), ask('fr'), ask('fr')]);
    expect(again.map((response) => response.status).sort()).toEqual([200, 200, 200, 201]);
    const ids = await Promise.all(again.map(async (response) => ((await response.json()) as Job).id));
    expect(new Set(ids)).toHaveLength(2);
    expect(ids).toContain(id);
  });
}

function asking(): void {
  it("another user's job does not exist (case 7)", async () => {
    const id = await newJob();
    const stranger = await newUser(cloud);
    for (const path of ['', '/events', '/result']) {
      expect((await stranger.call(`/v1/jobs/${id}${path}`)).status, path).toBe(404);
    }
    for (const path of ['/cancel', '/ticket']) {
      expect((await stranger.post(`/v1/jobs/${id}${path}`)).status, path).toBe(404);
    }
    const { uploadId } = await jobOf(user, id);
    const theft = await stranger.post('/v1/jobs', { upload_id: uploadId, job: { target: 'de' } });
    expect(theft.status).toBe(404);
    expect(await (await stranger.call('/v1/jobs')).json()).toEqual({ jobs: [] });
  });

  it("a worker's token opens no user route, and a user's no worker route (case 19)", async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    for (const path of ['/v1/jobs', `/v1/jobs/${id}`, `/v1/jobs/${id}/result`, `/v1/jobs/${id}/events`]) {
      expect((await worker.call(path)).status, path).toBe(401);
    }
    expect((await worker.post(`/v1/jobs/${id}/cancel`, {})).status).toBe(401);
    expect((await user.post('/v1/jobs/claim', { wait_seconds: 0 })).status).toBe(401);
    for (const path of ['claim', 'heartbeat', 'complete', 'fail', 'release']) {
      expect((await user.post(`/v1/jobs/${id}/${path}`, {})).status, path).toBe(401);
    }
    expect((await user.call(`/v1/jobs/${id}/outputs/dub.mp4`, { method: 'PUT', body: 'x' })).status).toBe(
      401,
    );
    expect((await user.call(`/v1/jobs/${id}/checkpoint?name=a`)).status).toBe(401);
    expect(await jobOf(user, id)).toMatchObject({ status: 'queued' });
  });
}

function leasing(): void {
  it('only one of many workers gets a job', async () => {
    const id = await newJob();
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => newWorker(cloud, `w${i}`).claim(id)));
    expect(all.filter((response) => response.status === 200)).toHaveLength(1);
    expect(all.filter((response) => response.status === 409)).toHaveLength(9);
  });

  it('a job whose worker died is claimed again after the lease, and ends once (case 24)', async () => {
    const id = await newJob();
    const first = await claimJob(cloud, id, newWorker(cloud, 'first'));
    expect((await newWorker(cloud, 'second').claim(id)).status).toBe(409);
    await endLease(cloud, id);
    await cloud.sweepNow();
    expect(await jobOf(user, id)).toMatchObject({ status: 'queued' });
    const second = await claimJob(cloud, id, newWorker(cloud, 'second'));
    expect([first.attempt, second.attempt]).toEqual([1, 2]);
    expect((await newWorker(cloud, 'second').finish(second, OUTPUT)).status).toBe(200);
    expect(await billsOf(cloud, id)).toHaveLength(1);
  });

  it('what a worker says after its lease has gone to another is refused (case 25)', async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    const stale = await claimJob(cloud, id, worker);
    await endLease(cloud, id);
    const fresh = await claimJob(cloud, id, newWorker(cloud, 'fresh'));
    const put = { method: 'PUT', body: INPUT };
    expect((await worker.call(`/v1/jobs/${id}/outputs/dub.mp4`, put, stale)).status).toBe(409);
    expect(await refusalOf(await worker.post(`/v1/jobs/${id}/heartbeat`, {}, stale))).toEqual([
      409,
      'job.fenced',
    ]);
    const checkpoint = { method: 'POST', body: 'x' };
    expect((await worker.call(`/v1/jobs/${id}/checkpoint?name=a`, checkpoint, stale)).status).toBe(409);
    expect((await newWorker(cloud, 'fresh').finish(fresh, OUTPUT)).status).toBe(200);
    expect(await refusalOf(await worker.complete(stale, HEX))).toEqual([409, 'job.fenced']);
    expect((await worker.post(`/v1/jobs/${id}/fail`, { code: 'internal', final: true }, stale)).status).toBe(
      409,
    );
    const { url } = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { url: string };
    expect(new Uint8Array(await (await cloud.api.request(url)).arrayBuffer())).toEqual(OUTPUT);
  });
}

function completing(): void {
  it('complete again: 200 for the same, 409 for another, 403 and 401 for wrong tokens (case 26)', async () => {
    const id = await newJob();
    const worker = newWorker(cloud);
    const job = await claimJob(cloud, id, worker);
    expect(await refusalOf(await worker.complete(job, HEX))).toEqual([409, 'output.missing']);
    expect((await worker.finish(job, OUTPUT)).status).toBe(200);
    const { createHash } = await import('node:crypto');
    const same = createHash('sha256').update(OUTPUT).digest('hex');
    const all = await Promise.all([worker.complete(job, same), worker.complete(job, same)]);
    expect(all.map((response) => response.status)).toEqual([200, 200]);
    expect(await refusalOf(await worker.complete(job, HEX))).toEqual([409, 'job.fenced']);
    const other = await newJob();
    const body = { video: { name: 'dub.mp4', sha256: same }, seconds: 1, report: {} };
    const foreign = await worker.post(`/v1/jobs/${other}/complete`, body, job);
    expect(await refusalOf(foreign)).toEqual([403, 'auth.forbidden']);
    const now = Math.floor(Date.now() / 1000);
    const old = await forged(cloud.services.keys.attempts, 'octavia', job, now - 600);
    expect((await says(id, 'complete', old, body)).status).toBe(401);
    expect(await billsOf(cloud, id)).toHaveLength(1);
  });

  it('one worker cannot speak for the job of another, though it knows the secret of workers (F11)', async () => {
    const { keys } = cloud.services;
    const [mine, theirs] = [await newJob(), await newJob()];
    const claim = (await (await newWorker(cloud, 'w1').claim(mine)).json()) as Claim;
    const { attempt } = (await (await newWorker(cloud, 'w2').claim(theirs)).json()) as Claim;
    expect((await says(mine, 'heartbeat', claim.token)).status).toBe(200);
    expect((await says(theirs, 'heartbeat', claim.token)).status).toBe(403);
    const soon = Math.floor(Date.now() / 1000) + 600;
    for (const issuer of ['octavia', 'octavia-worker']) {
      const token = await forged(keys.worker, issuer, { id: theirs, attempt }, soon);
      expect((await says(theirs, 'heartbeat', token)).status).toBe(401);
    }
    expect((await says(theirs, 'fail', await issueWorkerToken(keys.worker, 'w1'))).status).toBe(401);
    expect((await says(mine, 'claim', claim.token)).status).toBe(401);
  });

  it("a worker's token that would live for hours is refused", async () => {
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'worker+jwt' })
      .setIssuer('octavia-worker')
      .setAudience('octavia-api')
      .setSubject('w1')
      .setIssuedAt()
      .setExpirationTime('10h')
      .sign(cloud.services.keys.worker);
    expect((await says(await newJob(), 'claim', token)).status).toBe(401);
  });
}
