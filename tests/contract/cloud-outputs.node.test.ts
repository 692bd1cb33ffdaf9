import { and, eq, sql } from 'drizzle-orm';
import { jobEvents, jobs } from '../../server/db/schema.ts';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

it('what is said in a job that is done is soon in its report only', async () => {
  const { worker, job } = await heldJob();
  const events = [{ type: 'line', id: 's1', sourceText: 'Hi', targetText: 'Hola' }];
  await worker.post(`/v1/jobs/${job.id}/heartbeat`, { events }, job);
  await worker.finish(job, randomBytesOf(10));
  const { read, write } = cloud.services.database;
  const lines = () =>
    read
      .select()
      .from(jobEvents)
      .where(and(eq(jobEvents.jobId, job.id), eq(jobEvents.type, 'line')));
  await cloud.sweepNow();
  expect(await lines()).toHaveLength(1);
  const earlier = sql`now() - interval '6 minutes'`;
  await write.update(jobs).set({ finishedAt: earlier }).where(eq(jobs.id, job.id));
  await cloud.sweepNow();
  expect(await lines()).toEqual([]);
});

it('a job that is removed takes along what a crash left without a name (F7)', async () => {
  const { worker, job } = await heldJob();
  await worker.finish(job, randomBytesOf(10));
  const files = join(cloud.config.folder, 'files');
  const orphans = [`results/${user.id}/${job.id}/1/crash/dub.mp4`, `checkpoints/${job.id}/1/crash`];
  for (const path of orphans) {
    await mkdir(dirname(join(files, path)), { recursive: true });
    await writeFile(join(files, path), 'half of a dub');
  }
  expect((await user.call(`/v1/jobs/${job.id}`, { method: 'DELETE' })).status).toBe(204);
  const names = await readdir(files, { recursive: true });
  expect(names.filter((name) => name.includes(job.id))).toEqual([]);
});
