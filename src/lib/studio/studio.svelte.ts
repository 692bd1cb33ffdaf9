import type { JobState } from '@octavia/pipeline/job';
import type { ErrorData } from '@octavia/pipeline/errors';
import type { MediaInfo } from '@octavia/pipeline/media-types';
import type { DubOrder } from '$lib/host/protocol.ts';
import type { StudioBridge } from './bridge.ts';
import { problemOf } from '$lib/ui/messages.ts';
import type { JobStore } from './history.ts';
import { Job } from './job.svelte.ts';

/** All jobs of this browser, and the one queue through which they run, one at a time. */
export class Studio {
  readonly bridge: StudioBridge;
  /** Newest first. */
  jobs = $state.raw<readonly Job[]>([]);
  /** False until the history has been read. */
  ready = $state(false);
  bytesUsed = $state(0);
  readonly #store: JobStore;
  readonly #now: () => number;
  #pumping = false;

  /** @param now milliseconds since 1970 */
  constructor(bridge: StudioBridge, store: JobStore, now: () => number) {
    this.bridge = bridge;
    this.#store = store;
    this.#now = now;
  }

  /** Reads the history; an unfinished job that no tab is working on was interrupted. */
  async open(): Promise<void> {
    try {
      const [records, alive] = await Promise.all([this.#store.read(), this.#store.atWork()]);
      for (const record of records) {
        const working = record.state.kind === 'running' || record.state.kind === 'queued';
        const job = new Job(record);
        if (working && !alive.has(record.id)) await this.#set(job, { kind: 'interrupted' });
        if (!this.jobs.some(({ id }) => id === job.id)) this.jobs = [...this.jobs, job];
      }
      await this.#countBytes();
    } finally {
      this.ready = true;
    }
  }

  find(id: string | undefined): Job | undefined {
    return this.jobs.find((job) => job.id === id);
  }

  /** Keeps the file and puts the job in the queue. Errors: `storage.full|failed`. */
  async submit(file: File, media: MediaInfo | undefined, order: DubOrder): Promise<Job> {
    const state: JobState = { kind: 'queued' };
    const record = { id: order.jobId, createdAt: this.#now(), bytes: file.size, media, order, state };
    const job = new Job({ ...record, result: undefined });
    try {
      await this.#store.keepInput(job.id, file);
      await this.#store.write(job.record);
    } catch (thrown) {
      await this.#store.forget(job.id);
      throw thrown;
    }
    this.jobs = [job, ...this.jobs];
    void this.#pump();
    return job;
  }

  /** Resumes a stopped, failed or interrupted job, or dubs a finished one again with edited lines. */
  async again(job: Job, edits?: Readonly<Record<string, string>>): Promise<void> {
    if (job.atWork) return;
    const order = edits === undefined ? job.record.order : { ...job.record.order, edits };
    job.record = { ...job.record, order };
    await this.#set(job, { kind: 'queued' });
    void this.#pump();
  }

  async stop(job: Job): Promise<void> {
    if (job.state.kind === 'queued') await this.#set(job, { kind: 'cancelled' });
    else job.stop();
  }

  async remove(job: Job): Promise<void> {
    job.stop();
    this.jobs = this.jobs.filter((other) => other !== job);
    await this.#store.forget(job.id);
    await this.#countBytes();
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let job = this.#next(); job !== undefined; job = this.#next()) await this.#run(job);
    } finally {
      this.#pumping = false;
    }
  }

  #next(): Job | undefined {
    return this.jobs.findLast((job) => job.state.kind === 'queued');
  }

  async #run(job: Job): Promise<void> {
    const signal = job.begin();
    try {
      await this.#set(job, { kind: 'running', stage: 'demux', fraction: 0, secondsLeft: undefined });
      const outcome = await this.#store.holding(job.id, () =>
        this.bridge.dub(job.record.order, (event) => job.live.apply(event), signal),
      );
      const { outputName, subtitles, report } = outcome;
      job.record = { ...job.record, result: { outputName, subtitles } };
      await this.#set(job, { kind: 'done', report });
    } catch (thrown) {
      await this.#set(job, ended(problemOf(thrown)));
    }
    await this.#countBytes();
  }

  async #set(job: Job, state: JobState): Promise<void> {
    job.record = { ...job.record, state };
    if (this.jobs.includes(job) || state.kind === 'interrupted') await this.#store.write(job.record);
  }

  async #countBytes(): Promise<void> {
    this.bytesUsed = await this.#store.bytesUsed();
  }
}

function ended({ code, detail }: ErrorData): JobState {
  return code === 'job.cancelled' ? { kind: 'cancelled' } : { kind: 'failed', code, detail };
}
