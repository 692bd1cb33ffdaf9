import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpoints, jobs, outbox, uploads } from '../../server/db/schema.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import {
  createTus,
  newUser,
  newWorker,
  randomBytesOf,
  requestUpload,
  uploadedJob,
  type TestUser,
} from '../support/cloud/user.ts';

const SIZE = 1_000;

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

beforeAll(async () => {
  ({ cloud, done } = await withCloud('postgres', { limits: { requestsPerMinute: 100_000 } }));
  user = await newUser(cloud);
});
afterAll(() => done());

const file = (...path: string[]) => join(cloud.config.folder, ...path);
/** All its bytes are here, and nobody has heard of it. */
const silentUpload = async () => {
  const ticket = await requestUpload(user, SIZE, { target: 'es' });
  await createTus(cloud, ticket, SIZE);
  await writeFile(file('intake', ticket.upload_id), randomBytesOf(SIZE));
  return ticket;
};
/** No file can be put where a folder is, nor be deleted there. */
const block = (key: string) => mkdir(file('files', ...key.split('/'), 'in the way'), { recursive: true });
const jobRow = async (id: string) =>
  (await cloud.services.database.read.select().from(jobs).where(eq(jobs.id, id)))[0];

describe('the sweeper, with something in its way', () => {
  it('does all the rest: uploads, leases, announcements and what is left over', async () => {
    const { write } = cloud.services.database;
    const stuck = await silentUpload();
    await block(stuck.object_key);
    const fine = await silentUpload();

    const lost = await uploadedJob(cloud, user, randomBytesOf(SIZE));
    await newWorker(cloud).claim(lost);
    await write
      .update(jobs)
      .set({ leaseUntil: sql`now() - interval '1 s'` })
      .where(eq(jobs.id, lost));

    const ended = await uploadedJob(cloud, user, randomBytesOf(SIZE));
    const worker = newWorker(cloud);
    await worker.claim(ended);
    const fence = { id: ended, attempt: 1 };
    for (const name of ['a', 'b']) {
      const path = `/v1/jobs/${ended}/checkpoint?name=${name}`;
      await worker.call(path, { method: 'POST', body: randomBytesOf(10) }, fence);
    }
    const kept = await write.select().from(checkpoints).where(eq(checkpoints.jobId, ended));
    expect(kept).toHaveLength(2);
    await worker.finish(fence, randomBytesOf(SIZE));
    const hard = `checkpoints/${ended}/hard`;
    await block(hard);
    await write.update(checkpoints).set({ objectKey: hard }).where(eq(checkpoints.name, 'a'));

    await write.delete(outbox);
    const expired = await requestUpload(user, SIZE);
    const long = { createdAt: sql`now() - interval '30 days'`, state: 'expired' as const };
    await write.update(uploads).set(long).where(eq(uploads.id, expired.upload_id));

    await cloud.sweepNow();

    const states = new Map((await write.select().from(uploads)).map(({ id, state }) => [id, state]));
    expect(states.get(stuck.upload_id)).toBe('pending');
    expect(states.get(fine.upload_id)).toBe('arrived');
    expect(states.has(expired.upload_id)).toBe(false);
    expect(await jobRow(lost)).toMatchObject({ status: 'queued', attempt: 1 });
    expect((await write.select().from(outbox)).map(({ jobId }) => jobId)).toContain(lost);
    const left = await write.select().from(checkpoints).where(eq(checkpoints.jobId, ended));
    expect(left.map(({ name }) => name)).toEqual(['a']);
  });

  it('gives up a dead job when another one cannot be', async () => {
    const { write } = cloud.services.database;
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push(await uploadedJob(cloud, user, randomBytesOf(SIZE)));
    const dead = { status: 'running' as const, attempt: 3, leaseUntil: sql`now() - interval '1 s'` };
    for (const id of ids) await write.update(jobs).set(dead).where(eq(jobs.id, id));
    const [bad = ''] = ids;
    // A fault that only this one meets.
    await write.execute(
      sql.raw(`ALTER TABLE jobs ADD CONSTRAINT bad CHECK (id <> '${bad}' OR status <> 'failed')`),
    );
    await cloud.sweepNow();
    const status = async (id: string) => (await jobRow(id))?.status;
    expect(await Promise.all(ids.map(status))).toEqual(['running', 'failed', 'failed']);
  });
});
