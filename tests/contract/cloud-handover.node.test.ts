import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DubRequest } from '@octavia/pipeline';
import { dub } from '@octavia/pipeline/dub';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { createFolderStore } from '../../gpu-worker/adapters/store.ts';
import { createNodeHost } from '../../gpu-worker/host.ts';
import { createWorkerApi } from '../../gpu-worker/queue/api.ts';
import { createCalls } from '../../gpu-worker/queue/calls.ts';
import { dubProcess } from '../../gpu-worker/queue/dub-process.ts';
import { doJob } from '../../gpu-worker/queue/job.ts';
import type { Job } from '../../server/jobs/shapes.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { createTus, newUser, patchTus, requestUpload, type TestUser } from '../support/cloud/user.ts';
import { listen } from '../fakes/listen.ts';

const SAMPLE = 'static/sample/octavia-sample.mp4';
const never = new AbortController().signal;
const wish = {
  source: 'auto',
  target: 'es',
  pack: 'starter',
  voice: { kind: 'match' },
  background: 'duck',
  keepOriginal: true,
} as const;

let cloud: TestCloud;
let user: TestUser;
let server: Awaited<ReturnType<typeof listen>>;
let done: () => Promise<void>;
/** Names of checkpoints that a worker has written. */
const written: string[] = [];

beforeAll(async () => {
  const app = new Hono();
  server = await listen(app);
  ({ cloud, done } = await withCloud('postgres', { publicUrl: server.origin }));
  app.post('/v1/jobs/:id/checkpoint', async (c, next) => {
    written.push(c.req.query('name') ?? '');
    await next();
  });
  app.route('/', cloud.api);
  user = await newUser(cloud);
});

afterAll(async () => {
  await server.close();
  await done();
});

async function subtitles(): Promise<NonNullable<DubRequest['subtitles']>> {
  return { name: 'es.srt', bytes: await readFile('static/sample/octavia-sample.es.srt'), language: 'es' };
}

/** A job of an uploaded file that its owner holds. */
async function heldJob(): Promise<Job> {
  const bytes = new Uint8Array(await readFile(SAMPLE));
  const ticket = await requestUpload(user, bytes.byteLength);
  await createTus(cloud, ticket, bytes.byteLength);
  await patchTus(cloud, ticket, 0, bytes);
  const { name, bytes: text, language } = await subtitles();
  const own = { name, text: new TextDecoder().decode(text), language };
  const job = { ...wish, subtitles: own };
  return (await (
    await user.post('/v1/jobs', { upload_id: ticket.upload_id, job, handover: true })
  ).json()) as Job;
}

const bring = (by: TestUser, id: string, parts: Record<string, BlobPart>, last = false) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(parts)) body.append(name, new Blob([value]), 'part');
  return by.call(`/v1/jobs/${id}/handover?last=${last}`, { method: 'POST', body });
};

it('what a device has finished is not computed again by the worker that goes on', async () => {
  const folder = cloud.config.folder;
  const store = createFolderStore(join(folder, 'device'));
  const models = 'static/models';
  const host = await createNodeHost({ models, scratch: join(folder, 'device-scratch'), store });
  const input = await openDiskFile(SAMPLE);
  const request = { ...wish, jobId: 'mine', device: 'cpu', input, subtitles: await subtitles() } as const;
  const { report } = await dub(request, host, never, () => undefined);
  host.close();
  const keys = await store.list('mine/');
  // One line is left to do.
  const [open, ...finished] = keys.filter((key) => key.endsWith('.pcm'));
  const parts: Record<string, BlobPart> = {};
  for (const key of keys.filter((one) => one !== open)) {
    parts[key.slice('mine/'.length)] = new Uint8Array((await store.get(key)) ?? []);
  }
  expect(finished.length).toBeGreaterThan(4);

  const { id } = await heldJob();
  const calls = createCalls({
    url: server.origin,
    key: cloud.services.keys.worker,
    worker: 'w1',
    backoffMs: 5,
  });
  const api = createWorkerApi(calls);
  await expect(api.claim(id, never)).rejects.toMatchObject({ code: 'job.not_claimable' });
  expect((await bring(user, id, parts, true)).status).toBe(204);

  const claim = await api.claim(id, never);
  const tools = { api, calls, process: dubProcess(models, 'cpu'), scratchRoot: join(folder, 'scratch') };
  expect(await doJob({ ...tools, keep: () => Promise.resolve() }, claim, never)).toBe('done');
  expect(written.map((name) => name.replace(`${id}/`, 'mine/'))).toEqual([open]);
  const result = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { report: typeof report };
  const placed = (of: typeof report) =>
    of.segments.map(({ targetText, dubStart, dubEnd }) => [targetText, dubStart, dubEnd]);
  expect(placed(result.report)).toEqual(placed(report));
});

it('takes parts from nobody but the owner, of nothing but finished work, and only while the page holds the job', async () => {
  const { id } = await heldJob();
  const name = `spans-${'0'.repeat(32)}.json`;
  expect((await bring(await newUser(cloud), id, { [name]: '[]' })).status).toBe(404);
  expect((await bring(user, id, { '../../keys': '[]' })).status).toBe(400);
  expect((await bring(user, id, { [name]: 'not JSON' })).status).toBe(400);
  expect((await bring(user, id, { [`${'0'.repeat(32)}.pcm`]: 'not sound' })).status).toBe(400);
  expect((await bring(user, id, { [name]: '[]' }, true)).status).toBe(204);
  expect((await bring(user, id, { [name]: '[]' })).status).toBe(409);
});
