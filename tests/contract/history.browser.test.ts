import { openDB } from 'idb';
import { afterEach, describe, expect, it } from 'vitest';
import { browserUploads, type UploadRecord } from '../../src/lib/cloud/records.ts';
import type { DubOrder } from '../../src/lib/host/protocol.ts';
import type { StudioBridge } from '../../src/lib/studio/bridge.ts';
import { browserJobs, type JobRecord } from '../../src/lib/studio/history.ts';
import { Studio } from '../../src/lib/studio/studio.svelte.ts';
import { fakeReport } from '../fakes/report.ts';

/** Jobs as 0.1.0 kept them. The types are those of today: what no longer fits does not compile. */
const ORDER: DubOrder = {
  jobId: 'old-1',
  inputName: 'talk.mp4',
  source: 'auto',
  target: 'es',
  pack: 'auto',
  voice: { kind: 'match' },
  background: 'duck',
  keepOriginal: true,
  device: 'auto',
  glossary: { harbour: 'puerto' },
  subtitles: { name: 'talk.srt', bytes: new Uint8Array([49]), language: 'en' },
};
const MEDIA = { container: 'mp4', seconds: 9.2, video: undefined, audio: [], subtitles: 0, chapters: 0 };

const job = (
  id: string,
  createdAt: number,
  state: JobRecord['state'],
  result?: JobRecord['result'],
): JobRecord => ({
  id,
  createdAt,
  bytes: 10,
  media: MEDIA,
  order: { ...ORDER, jobId: id },
  state,
  result,
});

const JOBS = [
  job(
    'old-1',
    1,
    { kind: 'done', report: fakeReport() },
    { outputName: 'talk.es.mp4', subtitles: { source: [], target: [] } },
  ),
  job('old-2', 2, { kind: 'running', stage: 'translate', fraction: 0.5, secondsLeft: 3 }),
  job('old-3', 3, { kind: 'failed', code: 'input.no_speech', detail: undefined }),
];

const UPLOAD: UploadRecord = {
  id: 'u1',
  filename: 'talk.mp4',
  bytes: 10,
  fingerprint: 'f',
  createdAt: 1,
  wish: { source: 'auto', target: 'es', voice: { kind: 'match' } },
  url: 'https://cloud.example/files/u1',
  paused: true,
  handle: undefined,
  fromJob: undefined,
};

/** Writes records into a database of 0.1.0: its name, version and stores. */
async function write(name: string, store: string, records: readonly object[]): Promise<void> {
  const database = await openDB(name, 1, {
    upgrade: (db) => void db.createObjectStore(store, { keyPath: 'id' }),
  });
  for (const record of records) await database.put(store, record);
  database.close();
}

afterEach(async () => {
  for (const { id } of JOBS) await browserJobs.forget(id);
  await browserUploads.forget(UPLOAD.id);
});

describe('what a browser kept with 0.1.0', () => {
  it('is there afterwards: each job as it was, and one that was running can be resumed', async () => {
    await write('octavia', 'jobs', JOBS);
    const orders: DubOrder[] = [];
    const dub = (order: DubOrder) => (orders.push(order), Promise.reject(new Error('enough')));
    const studio = new Studio({ dub } as unknown as StudioBridge, browserJobs, () => 4);
    await studio.open();
    expect(studio.jobs.map(({ id, name, state }) => [id, name, state.kind])).toEqual([
      ['old-3', 'talk.mp4', 'failed'],
      ['old-2', 'talk.mp4', 'interrupted'],
      ['old-1', 'talk.mp4', 'done'],
    ]);
    expect(studio.find('old-1')?.record).toEqual(JOBS[0]);
    const interrupted = studio.find('old-2');
    if (interrupted) await studio.again(interrupted);
    await expect.poll(() => orders).toEqual([{ ...ORDER, jobId: 'old-2' }]);
    await expect.poll(() => interrupted?.state.kind).toBe('failed');
  });

  it('includes uploads on their way', async () => {
    await write('octavia-cloud', 'uploads', [UPLOAD]);
    expect(await browserUploads.read()).toEqual([UPLOAD]);
  });
});
