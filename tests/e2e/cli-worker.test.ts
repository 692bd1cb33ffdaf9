import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobs, usage } from '../../server/db/schema.ts';
import { serveCloud, type Served } from '../support/cloud/served.ts';
import { newUser, randomBytesOf, uploadedJob } from '../support/cloud/user.ts';
import { speechClip } from '../fixtures/clip.ts';
import { octavia } from '../support/cli/octavia.ts';

/** The command as an operator runs it, around the real pipeline. */
describe('octavia worker --once', () => {
  let served: Served;
  let scratch: string;

  beforeAll(async () => {
    served = await serveCloud();
    scratch = await mkdtemp(join(tmpdir(), 'octavia-cli-worker-'));
  });
  afterAll(async () => {
    await served.close();
    await rm(scratch, { recursive: true, force: true });
  });

  const newJob = async (bytes: Uint8Array<ArrayBuffer>) =>
    uploadedJob(served.cloud, await newUser(served.cloud), bytes);
  const rowsOf = async (id: string) => {
    const { read } = served.cloud.services.database;
    const [job] = await read.select().from(jobs).where(eq(jobs.id, id));
    return { job, used: await read.select().from(usage).where(eq(usage.jobId, id)) };
  };
  const runOnce = () =>
    octavia(['worker', '--once', '--url', served.origin, '--scratch', scratch, '--device', 'cpu'], {
      env: { OCTAVIA_DATA: served.cloud.config.folder },
    });

  it('ends a text that is named .mp4 as not media, unbilled (case 9)', async () => {
    const text = new TextEncoder().encode('Dear diary, this is not a video.\n'.repeat(100));
    const id = await newJob(text);
    const { code, stderr } = await runOnce();
    expect(code, stderr).toBe(1);
    const { job, used } = await rowsOf(id);
    expect(job).toMatchObject({ status: 'failed', attempt: 1, errorCode: 'input.not_media' });
    expect(used).toEqual([]);
    expect(await readdir(scratch)).toEqual([]);
  });

  it('dubs one job, exits 0, and leaves the next one to others', async () => {
    const clip = await speechClip(8);
    const id = await newJob(new Uint8Array(await readFile(clip.video)));
    const next = await newJob(randomBytesOf(1_000));
    const { code, stderr } = await runOnce();
    expect(code, stderr).toBe(0);
    const { job, used } = await rowsOf(id);
    expect(job).toMatchObject({ status: 'done', attempt: 1 });
    expect(used).toMatchObject([{ seconds: Math.ceil(clip.seconds) }]);
    expect((await rowsOf(next)).job).toMatchObject({ status: 'queued', attempt: 0 });
    expect(await readdir(scratch)).toEqual([]);
  });
});
