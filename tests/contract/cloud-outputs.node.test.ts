import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;
beforeAll(async () => {
  ({ cloud, done } = await withCloud('postgres'));
  user = await newUser(cloud);
});
afterAll(() => done());

/** Fetch wants this of a body that is a stream. */
const half = { duplex: 'half' };

async function heldJob() {
  const id = await uploadedJob(cloud, user, randomBytesOf(100));
  const worker = newWorker(cloud);
  await worker.claim(id);
  return { worker, job: { id, attempt: 1 } };
}

const filesOf = async (id: string) => {
  const names = await readdir(join(cloud.config.folder, 'files'), { recursive: true });
  return names.filter((name) => name.includes(id) && name.endsWith('.mp4'));
};

it('an output of the same attempt that comes late touches no result (L4)', async () => {
  const { worker, job } = await heldJob();
  let body: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) });
  const late = worker.call(
    `/v1/jobs/${job.id}/outputs/dub.mp4`,
    { method: 'PUT', body: stream, ...half },
    job,
  );
  body?.enqueue(new TextEncoder().encode('another dub'));
  const dub = randomBytesOf(5_000);
  expect((await worker.finish(job, dub)).status).toBe(200);
  body?.close();
  expect((await late).status).toBe(409);
  const { url } = (await (await user.call(`/v1/jobs/${job.id}/result`)).json()) as { url: string };
  const file = await cloud.api.request(url);
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(dub);
  expect(await filesOf(job.id)).toHaveLength(1);
});

it('an output that is sent again takes the place of the first', async () => {
  const { worker, job } = await heldJob();
  const send = (text: string) =>
    worker.call(`/v1/jobs/${job.id}/outputs/dub.mp4`, { method: 'PUT', body: text }, job);
  expect([(await send('one')).status, (await send('two')).status]).toEqual([201, 201]);
  expect(await filesOf(job.id)).toHaveLength(1);
});
