import { OctaviaError } from '@octavia/pipeline/errors';
import type { DubEvent } from '@octavia/pipeline/job';
import { describe, expect, it } from 'vitest';
import { fakeReport } from '../fakes/report.ts';
import type { DubOrder, DubOutcome } from '../../src/lib/host/protocol.ts';
import type { StudioBridge } from '../../src/lib/studio/bridge.ts';
import type { JobRecord, JobStore } from '../../src/lib/studio/history.ts';
import { Studio } from '../../src/lib/studio/studio.svelte.ts';

const FILE = new File(['0123456789'], 'talk.mp4');

const orderOf = (jobId: string): DubOrder =>
  ({ jobId, inputName: `${jobId}.mp4`, target: 'es' }) as unknown as DubOrder;

const OUTCOME: DubOutcome = {
  outputName: 'talk.es.mp4',
  report: fakeReport(),
  subtitles: { source: [], target: [] },
};

interface Run {
  readonly order: DubOrder;
  tell(event: DubEvent): void;
  end(): void;
  fail(thrown: Error): void;
}

/** A browser's history in memory. @param alive ids of jobs that other tabs are working on */
function memory(records: JobRecord[] = [], alive: string[] = []) {
  const kept = new Map(records.map((record) => [record.id, record]));
  const files = new Set(records.map(({ id }) => id));
  const store: JobStore = {
    read: () => Promise.resolve([...kept.values()].sort((a, b) => b.createdAt - a.createdAt)),
    write: (record) => Promise.resolve(void kept.set(record.id, record)),
    keepInput: (id) => Promise.resolve(void files.add(id)),
    forget: (id) => Promise.resolve(void (kept.delete(id), files.delete(id))),
    bytesUsed: () => Promise.resolve(files.size * 10),
    holding: (_, work) => work(),
    atWork: () => Promise.resolve(new Set(alive)),
  };
  return { store, kept, files };
}

/** A studio whose dubs go on until the test ends them. */
function studio({ store, kept, files } = memory()) {
  const runs: Run[] = [];
  const bridge: Pick<StudioBridge, 'dub'> = {
    dub(order, tell, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<DubOutcome>();
      signal.addEventListener('abort', () => reject(new OctaviaError('job.cancelled')));
      runs.push({ order, tell, end: () => resolve(OUTCOME), fail: reject });
      return promise;
    },
  };
  let now = 1_000;
  const made = new Studio(bridge as StudioBridge, store, () => now++);
  /** The nth dub, once it has begun. */
  const run = async (n: number): Promise<Run> => {
    await expect.poll(() => runs.length).toBeGreaterThan(n);
    return runs[n] as Run;
  };
  return {
    studio: made,
    kept,
    files,
    runs,
    run,
    submit: (id: string) => made.submit(FILE, undefined, orderOf(id)),
  };
}

describe('the queue', () => {
  it('runs one job at a time, the oldest first, and lists the newest first', async () => {
    const { studio: it, submit, runs, run } = studio();
    for (const id of ['a', 'b', 'c']) await submit(id);
    expect(it.jobs.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    (await run(0)).end();
    (await run(1)).end();
    await run(2);
    expect(runs.map(({ order }) => order.jobId)).toEqual(['a', 'b', 'c']);
    expect(it.jobs.map(({ state }) => state.kind)).toEqual(['running', 'done', 'done']);
  });

  it('keeps what a job has become, with its result', async () => {
    const { submit, run, kept } = studio();
    const job = await submit('a');
    const dub = await run(0);
    expect([kept.get('a')?.state.kind, kept.get('a')?.createdAt, job.live.fraction]).toEqual([
      'running',
      1_000,
      0,
    ]);
    dub.tell({ type: 'progress', fraction: 0.5, secondsLeft: 3 });
    expect(job.live.fraction).toBe(0.5);
    dub.end();
    await expect.poll(() => kept.get('a')?.state.kind).toBe('done');
    expect(kept.get('a')?.result).toEqual({ outputName: 'talk.es.mp4', subtitles: OUTCOME.subtitles });
  });

  it('goes on with the next job when one fails, and keeps why', async () => {
    const { submit, run, kept } = studio();
    const job = await submit('a');
    await submit('b');
    (await run(0)).fail(new OctaviaError('input.no_speech', 'Only music.'));
    (await run(1)).end();
    expect(job.state).toEqual({ kind: 'failed', code: 'input.no_speech', detail: 'Only music.' });
    expect(kept.get('a')?.state).toEqual(job.state);
  });

  it('takes nothing of a job whose file cannot be kept', async () => {
    const { store, kept, files } = memory();
    const full = { ...store, keepInput: () => Promise.reject(new OctaviaError('storage.full')) };
    const { studio: it, submit, runs } = studio({ store: full, kept, files });
    await expect(submit('a')).rejects.toMatchObject({ code: 'storage.full' });
    expect([it.jobs, runs, kept.size]).toEqual([[], [], 0]);
  });
});

describe('a job that is stopped', () => {
  it('before its turn never begins', async () => {
    const { studio: it, submit, run, runs } = studio();
    await submit('a');
    const job = await submit('b');
    await it.stop(job);
    (await run(0)).end();
    await expect.poll(() => it.find('a')?.state.kind).toBe('done');
    expect([job.state.kind, runs.length]).toEqual(['cancelled', 1]);
  });

  it('while it runs is no failure, and can be taken up again', async () => {
    const { studio: it, submit, run } = studio();
    const job = await submit('a');
    (await run(0)).tell({ type: 'progress', fraction: 0.5, secondsLeft: 3 });
    await it.stop(job);
    await expect.poll(() => job.state.kind).toBe('cancelled');
    await it.again(job);
    await run(1);
    // What was told of the earlier run is forgotten.
    expect([job.state.kind, job.live.fraction]).toEqual(['running', 0]);
  });

  it('and deleted leaves nothing behind, not even when its end is told afterwards', async () => {
    const { studio: it, submit, run, kept, files } = studio();
    const job = await submit('a');
    await run(0);
    await it.remove(job);
    await expect.poll(() => job.state.kind).toBe('cancelled');
    expect([it.jobs, kept.size, files.size, it.bytesUsed]).toEqual([[], 0, 0, 0]);
  });
});

describe('a finished job', () => {
  it('is dubbed again with edited lines, and keeps its result meanwhile', async () => {
    const { studio: it, submit, run } = studio();
    const job = await submit('a');
    (await run(0)).end();
    await expect.poll(() => job.state.kind).toBe('done');
    await it.again(job, { 'line-1': 'Hola' });
    expect((await run(1)).order.edits).toEqual({ 'line-1': 'Hola' });
    expect(job.record.result?.outputName).toBe('talk.es.mp4');
  });

  it('under way is not begun a second time', async () => {
    const { studio: it, submit, run, runs } = studio();
    const job = await submit('a');
    await run(0);
    await it.again(job, { 'line-1': 'Hola' });
    expect([runs.length, job.record.order.edits]).toEqual([1, undefined]);
  });
});

describe('the history', () => {
  const record = (id: string, state: JobRecord['state'], createdAt: number): JobRecord => ({
    id,
    createdAt,
    bytes: 10,
    media: undefined,
    order: orderOf(id),
    state,
    result: undefined,
  });
  const running = { kind: 'running', stage: 'demux', fraction: 0, secondsLeft: undefined } as const;

  it('shows jobs as interrupted that no tab works on any more, and begins none by itself', async () => {
    const records = [record('a', running, 1), record('b', { kind: 'queued' }, 2), record('c', running, 3)];
    const { studio: it, kept, runs } = studio(memory(records, ['c']));
    expect(it.ready).toBe(false);
    await it.open();
    expect(it.jobs.map(({ id, state }) => [id, state.kind])).toEqual([
      ['c', 'running'],
      ['b', 'interrupted'],
      ['a', 'interrupted'],
    ]);
    expect([it.ready, it.bytesUsed, runs, kept.get('b')?.state.kind]).toEqual([true, 30, [], 'interrupted']);
  });

  it('that cannot be read leaves the page usable', async () => {
    const { store, ...rest } = memory();
    const broken = { ...store, read: () => Promise.reject(new OctaviaError('storage.failed')) };
    const { studio: it } = studio({ store: broken, ...rest });
    await expect(it.open()).rejects.toMatchObject({ code: 'storage.failed' });
    expect(it.ready).toBe(true);
  });
});
