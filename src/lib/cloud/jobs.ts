import { QueryClient, queryOptions } from '@tanstack/svelte-query';
import type { AnswerOf, Client } from '@octavia/server/client';
import type { Send } from '@octavia/server/send';
import type { DubEvent } from '@octavia/pipeline/job';
import type { LiveWork } from '$lib/jobs/live-work.svelte.ts';
import { followEvents, type JobEvent } from './events.ts';
import type { JobWish } from './wish.ts';

export type CloudJob = AnswerOf<'GET /v1/jobs'>['jobs'][number];
type Of<Status extends CloudJob['status']> = Extract<CloudJob, { status: Status }>;

/** What the list of jobs needs from its environment. */
interface Surroundings {
  readonly ask: Client;
  readonly send: Send;
  /** Seconds for which links to results are valid. */
  readonly linkLifetime: () => number;
}

/** Milliseconds between refreshes of the list while a job is running, with and without its events. */
const POLL_MS = { followed: 15_000, alone: 3_000 } as const;

const JOBS = ['cloud', 'jobs'] as const;
/** For calls that are never stopped. */
const NO_ABORT = new AbortController().signal;

/** The user's jobs in the cloud, as the page knows them, and what can be done with them. */
export class CloudJobs {
  readonly queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  readonly #around: Surroundings;
  #followed = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Newest first. */
  readonly list = queryOptions({
    queryKey: JOBS,
    queryFn: async ({ signal }) =>
      (await this.#around.ask('GET /v1/jobs', { query: { limit: 200 } }, signal)).jobs,
    refetchInterval: ({ state }) => {
      if (!state.data?.some(isOpen)) return false;
      return this.#followed > 0 ? POLL_MS.followed : POLL_MS.alone;
    },
  });

  /** Links to a finished job's files; renewed long before they expire. */
  readonly result = (id: string) =>
    queryOptions({
      queryKey: ['cloud', 'result', id],
      queryFn: ({ signal }) => this.#around.ask('GET /v1/jobs/{id}/result', { params: { id } }, signal),
      staleTime: (this.#around.linkLifetime() * 1000) / 2,
    });

  /**
   * Makes a job from an uploaded file; a repeated call returns the same one.
   * @param handover the page sends what this device has finished before workers may start
   * Errors: Refusal.
   */
  async start(uploadId: string, wish: JobWish, handover: boolean, signal: AbortSignal): Promise<CloudJob> {
    const json = { upload_id: uploadId, job: wish, handover };
    return this.#around.ask('POST /v1/jobs', { json }, signal);
  }

  /** Removes a job with its file and results, stopping it first if it is running. */
  async remove(id: string): Promise<void> {
    await this.#around.ask('DELETE /v1/jobs/{id}', { params: { id } }, NO_ABORT);
    this.queries.setQueryData<CloudJob[]>(JOBS, (jobs) => jobs?.filter((job) => job.id !== id));
  }

  async cancel(id: string): Promise<void> {
    this.put(await this.#around.ask('POST /v1/jobs/{id}/cancel', { params: { id } }, NO_ABORT));
  }

  /** Starts a failed or stopped job again, with the same options. Errors: Refusal. */
  async again({ id, attempt }: CloudJob): Promise<void> {
    this.put(
      await this.#around.ask('POST /v1/jobs/{id}/retry', { params: { id }, json: { attempt } }, NO_ABORT),
    );
  }

  /**
   * Feeds a job's events into the list and into `live` until the job has ended, however often the connection breaks.
   * @param onLine told whether the connection is lost
   * Errors: Refusal.
   */
  async follow(
    id: string,
    live: LiveWork,
    onLine: (cut: boolean) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#followed += 1;
    try {
      const open = (lastId: string, line: AbortSignal) => {
        const headers = lastId === '' ? {} : { 'Last-Event-ID': lastId };
        const once = { timeoutMs: Infinity, retries: 0 };
        const path = `/v1/jobs/${id}/events`;
        return this.#around.send({ method: 'GET', path, headers, ...once }, line);
      };
      await followEvents(open, (event) => this.#told(id, live, event), onLine, signal);
    } finally {
      this.#followed -= 1;
      if (!signal.aborted) await this.queries.invalidateQueries({ queryKey: JOBS });
    }
  }

  /** Puts a job into the list, replacing what was known about it. */
  put(job: CloudJob): void {
    this.queries.setQueryData<CloudJob[]>(JOBS, (jobs = []) => [
      job,
      ...jobs.filter(({ id }) => id !== job.id),
    ]);
  }

  #told(id: string, live: LiveWork, { type, data }: JobEvent): void {
    if (type === 'progress') {
      const progress = data as unknown as NonNullable<Of<'running'>['progress']>;
      const { fraction, secondsLeft } = progress;
      live.apply({ type, fraction, secondsLeft: secondsLeft ?? undefined });
      this.#change(id, (job) => (job.status === 'running' ? { ...job, progress } : job));
    } else if (type === 'state') {
      const { status, attempt, retryAt } = data as Pick<CloudJob, 'status' | 'attempt'> &
        Partial<Pick<Of<'queued'>, 'retryAt'>>;
      if (status === 'running') {
        live.reset();
        this.#change(id, (job) => ({ ...job, status, attempt, progress: null }));
      } else if (status === 'queued') {
        this.#change(id, (job) => ({ ...job, status, attempt, retryAt: retryAt ?? null }));
      }
    } else {
      live.apply(data as unknown as DubEvent);
    }
  }

  #change(id: string, change: (job: CloudJob) => CloudJob): void {
    this.queries.setQueryData<CloudJob[]>(JOBS, (jobs) =>
      jobs?.map((job) => (job.id === id ? change(job) : job)),
    );
  }
}

/** Whether a job is waiting or running. */
export function isOpen({ status }: CloudJob): boolean {
  return status === 'queued' || status === 'running';
}
