import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../server/db/connect.ts';
import { claim } from '../../server/jobs/claim.ts';
import { eventsAfter } from '../../server/jobs/events.ts';
import { ownJob, ownJobs } from '../../server/jobs/view.ts';
import { JobWishSchema } from '../../server/wish/shapes.ts';
import { scratchDatabase } from '../support/cloud/server.ts';

/** The migrations that made a database of 0.1.0, and the hashes they had then. */
const MIGRATIONS_0_1_0 = {
  '0001_cloud.sql': 'f758b09c09f98369d74e42b75653c76a6efcb3032f18cfff756080cc2f1c0583',
  '0002_retention.sql': '5c6803ddbee44ee491bbc0fe85c64919028f5366eb7f14a8855924e09805a154',
  '0003_outages.sql': 'e63583fa830ff48b315b768f57acb2b4a701236e007d1a7bb45d485e91fe950a',
};

const id = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const WISH = `{"source":"auto","target":"es","pack":"auto","voice":{"kind":"match"},"background":"duck",
  "keepOriginal":true,"glossary":{"harbour":"puerto"}}`;

/** Rows as 0.1.0 wrote them: a job in each state, with what else it kept. */
const ROWS = `
  INSERT INTO uploads (id, user_id, provider, provider_ref, object_key, filename, content_type, size, state,
    expires_at, arrived_at)
  SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'anna', 'local', 'up-' || n, 'uploads/' || n, 'talk-' || n || '.mp4',
    'video/mp4', 1000, 'arrived', now() + interval '1 day', now() FROM generate_series(1, 6) n;
  INSERT INTO jobs (id, user_id, upload_id, target, wish, status, attempt, worker, lease_until, progress, report,
    error_code, error_detail, created_at, finished_at, outages, retry_at)
  SELECT upload.id, 'anna', upload.id, 'es', '${WISH}'::jsonb, status, attempt, worker, lease, progress, report,
    error_code, detail, timestamptz '2026-11-25' + n * interval '1 minute', finished, outages, retry
  FROM (VALUES
    (1, 'queued', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL),
    (2, 'running', 1, 'w1', now() - interval '1 hour', '{"stage":"translate","fraction":0.5,"secondsLeft":60}'::jsonb,
      NULL, NULL, NULL, NULL, 0, NULL),
    (3, 'done', 1, 'w1', NULL, NULL, '{"schema":"octavia.report/1","durationMatch":1}'::jsonb, NULL, NULL, now(), 0, NULL),
    (4, 'failed', 4, 'w1', NULL, NULL, NULL, 'job.gave_up', 'The job was tried 4 times and never finished.', now(), 0, NULL),
    (5, 'cancelled', 1, NULL, NULL, NULL, NULL, NULL, NULL, now(), 0, NULL),
    (6, 'queued', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2, now() + interval '1 hour')
  ) AS made (n, status, attempt, worker, lease, progress, report, error_code, detail, finished, outages, retry)
  JOIN uploads upload ON upload.provider_ref = 'up-' || n;
  INSERT INTO usage (job_id, user_id, seconds) VALUES ('${id(3)}', 'anna', 25);
  INSERT INTO job_events (job_id, type, data) VALUES
    ('${id(2)}', 'state', '{"status":"queued"}'), ('${id(2)}', 'state', '{"status":"running","attempt":1}');
  INSERT INTO checkpoints (job_id, name, attempt, object_key, bytes) VALUES ('${id(2)}', 'abc', 1, 'jobs/2/abc', 10);
`;

describe('a job database that 0.1.0 made', () => {
  let scratch: Awaited<ReturnType<typeof scratchDatabase>>;
  let database: Database;

  beforeAll(async () => {
    scratch = await scratchDatabase();
    const client = new pg.Client({ connectionString: scratch.url });
    await client.connect();
    await client.query(
      'CREATE TABLE migrations (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())',
    );
    for (const [name, hash] of Object.entries(MIGRATIONS_0_1_0)) {
      const text = await readFile(new URL(`../../server/db/migrations/${name}`, import.meta.url), 'utf8');
      // Who has run a migration never runs it again: a change to it would reach new databases only.
      expect(createHash('sha256').update(text).digest('hex'), name).toBe(hash);
      await client.query(text);
      await client.query('INSERT INTO migrations (name) VALUES ($1)', [name]);
    }
    await client.query(ROWS);
    await client.end();
    database = await openDatabase({ url: scratch.url });
  });

  afterAll(async () => {
    await database.close();
    await scratch.drop();
  });

  it('shows its owner every job as it was', async () => {
    const jobs = await ownJobs(database.read, 'anna', 10);
    expect(jobs.map(({ filename, status }) => [filename, status])).toEqual([
      ['talk-6.mp4', 'queued'],
      ['talk-5.mp4', 'cancelled'],
      ['talk-4.mp4', 'failed'],
      ['talk-3.mp4', 'done'],
      ['talk-2.mp4', 'running'],
      ['talk-1.mp4', 'queued'],
    ]);
    expect(jobs[2]).toMatchObject({
      error: { code: 'job.gave_up', detail: expect.stringContaining('4 times') as string },
    });
    expect(jobs[3]).toMatchObject({ seconds: 25, durationMatch: 1 });
    expect(jobs[4]).toMatchObject({ attempt: 1, progress: { stage: 'translate', fraction: 0.5 } });
  });

  it('goes on with the jobs that were open, under the wishes they had', async () => {
    const { job } = await ownJob(database.read, 'anna', id(1));
    expect(JobWishSchema.parse(job.wish)).toEqual(job.wish);
    expect(await claim(database.write, id(1), 'w2', 60)).toMatchObject({ status: 'running', attempt: 1 });
    // Left behind by a worker of then.
    expect(await claim(database.write, id(2), 'w2', 60)).toMatchObject({ status: 'running', attempt: 2 });
    // Still waiting for its file.
    expect(await claim(database.write, id(6), 'w2', 60)).toBeUndefined();
    const events = await eventsAfter(database.read, id(2), 0);
    expect(events.map(({ data }) => data['status'])).toEqual(['queued', 'running', 'running']);
  });
});
