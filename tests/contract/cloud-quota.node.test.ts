import { Hono } from 'hono';
import * as tus from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../server/jobs/shapes.ts';
import type { UploadTicket } from '../../server/uploads/shapes.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, randomBytesOf, type TestUser } from '../support/cloud/user.ts';
import { listen } from '../fakes/listen.ts';

const MIB = 2 ** 20;
const SIZE = 3 * MIB;

let cloud: TestCloud;
let done: () => Promise<void>;
let server: Awaited<ReturnType<typeof listen>>;

const ask = async (user: TestUser, job?: object) => {
  const wish = { filename: 'talk.mp4', size: SIZE, content_type: 'video/mp4', ...(job && { job }) };
  const response = await user.post('/v1/uploads/request', wish);
  return { status: response.status, body: (await response.json()) as unknown };
};
type Asked = Awaited<ReturnType<typeof ask>>;
const codes = (all: readonly Asked[]) =>
  all.filter(({ status }) => status !== 201).map(({ status, body }) => [status, body]);
const tickets = (all: readonly Asked[]) =>
  all.filter(({ status }) => status === 201).map(({ body }) => body as UploadTicket);
const send = ({ upload_url: endpoint, headers, metadata }: UploadTicket) =>
  new Promise<void>((resolve, reject) => {
    const options = { endpoint, headers, metadata, chunkSize: MIB, retryDelays: null };
    const file = Buffer.from(randomBytesOf(SIZE));
    new tus.Upload(file, { ...options, onSuccess: () => resolve(), onError: reject }).start();
  });
const jobsOf = async (user: TestUser) =>
  ((await (await user.call('/v1/jobs')).json()) as { jobs: Job[] }).jobs;
const tabs = <T>(many: number, work: () => Promise<T>) => Promise.all(Array.from({ length: many }, work));

/** One user with several tabs, each with a tus client of its own, at a server on a socket (case 8). */
describe.each(['postgres', 'pglite'] as const)('the limits of a user with many tabs, on %s', (kind) => {
  beforeAll(async () => {
    const app = new Hono();
    server = await listen(app);
    ({ cloud, done } = await withCloud(kind, {
      publicUrl: server.origin,
      // Three files fit, and two jobs.
      limits: { requestsPerMinute: 100_000, pendingUploads: 100, userBytes: 3.5 * SIZE, openJobs: 2 },
    }));
    app.route('/', cloud.api);
  });
  afterAll(async () => {
    await server.close();
    await done();
  });

  describe('while files are on their way', sending);
  describe('when files are there', asking);
});

function sending(): void {
  it('bytes: what is on its way counts whole, so that no two pass together', async () => {
    const user = await newUser(cloud);
    const first = await ask(user);
    const sending = send(first.body as UploadTicket);
    const all = await tabs(6, () => ask(user));
    expect(tickets(all)).toHaveLength(2);
    for (const [status, body] of codes(all)) {
      expect([status, body]).toMatchObject([413, { error: { code: 'upload.quota' } }]);
    }
    await Promise.all([sending, ...tickets(all).map(send)]);
    // Having arrived they count as before, and one that is removed makes room for one.
    expect(codes(await tabs(3, () => ask(user)))).toHaveLength(3);
    const [upload] = tickets(all);
    const made = await user.post('/v1/jobs', { upload_id: upload?.upload_id, job: { target: 'es' } });
    const { id } = (await made.json()) as Job;
    expect((await user.call(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(tickets(await tabs(4, () => ask(user)))).toHaveLength(1);
  });

  it('jobs: those that uploads will start count, so that no two pass together', async () => {
    const user = await newUser(cloud);
    const all = await tabs(6, () => ask(user, { target: 'es' }));
    expect(tickets(all)).toHaveLength(2);
    for (const refused of codes(all)) {
      expect(refused).toMatchObject([429, { error: { code: 'job.too_many' } }]);
    }
    await Promise.all(tickets(all).map(send));
    expect(await jobsOf(user)).toHaveLength(2);
  });
}

function asking(): void {
  it('jobs of files that are there: as many tabs as like, the sum holds', async () => {
    const user = await newUser(cloud);
    const [ticket] = tickets([await ask(user)]);
    await send(ticket!);
    const begin = async (target: string) => {
      const response = await user.post('/v1/jobs', { upload_id: ticket?.upload_id, job: { target } });
      return [response.status, await response.json()] as const;
    };
    const all = await Promise.all(['es', 'fr', 'de', 'it', 'pt', 'nl'].map(begin));
    expect(all.filter(([status]) => status === 201)).toHaveLength(2);
    for (const [status, body] of all.filter(([status]) => status !== 201)) {
      expect([status, body]).toMatchObject([429, { error: { code: 'job.too_many' } }]);
    }
    const open = await jobsOf(user);
    expect(open).toHaveLength(2);
    // Nor by beginning ended ones again, together with new uploads.
    for (const { id } of open) await user.post(`/v1/jobs/${id}/cancel`);
    const again = open.map(
      async ({ id }) => (await user.post(`/v1/jobs/${id}/retry`, { attempt: 0 })).status,
    );
    const [retried, asked] = await Promise.all([
      Promise.all(again),
      tabs(2, () => ask(user, { target: 'es' })),
    ]);
    const begun = retried.filter((status) => status === 201).length + tickets(asked).length;
    expect(begun).toBe(2);
  });
}
