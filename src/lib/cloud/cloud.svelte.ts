import { QueryClient, queryOptions } from '@tanstack/svelte-query';
import { createClient, type AnswerOf, type Client } from '@octavia/server/client';
import type { DubEvent } from '@octavia/pipeline/job';
import { mediaType } from '@octavia/pipeline/media/container';
import { jobFile } from '$lib/host/files.ts';
import type { LiveWork } from '$lib/studio/live-work.svelte.ts';
import { authorised, createSend, pause } from './calls.ts';
import { followEvents, type JobEvent } from './events.ts';
import { handOver } from './handover.ts';
import type { Account } from './account.svelte.ts';
import { handleOf, openHandle } from './handles.ts';
import { forgetUpload, readUploads, writeUpload, type UploadRecord } from './records.ts';
import { CloudRefusal } from './refusal.ts';
import { localSession, type Session } from './session.ts';
import { Turns } from './turns.ts';
import { Upload } from './upload.svelte.ts';
import type { Wish } from './wish.ts';

export type Offer = AnswerOf<'GET /v1/offer'>;
export type CloudJob = AnswerOf<'GET /v1/jobs'>['jobs'][number];

/** Set once the user has sent something to the cloud; before that the page asks it nothing by itself. */
const USED = 'octavia.cloud';
/** A browser opens six connections to a host; two stay free for events and calls. */
const MOST_UPLOADS = 3;
/** Milliseconds between looks at the list while a job is under way, with and without its events. */
const POLL_MS = { followed: 15_000, alone: 3_000 } as const;
/** Milliseconds between questions whether a file that has gone up has arrived where jobs are made. */
const ARRIVAL_MS = 2_000;

const JOBS = ['cloud', 'jobs'] as const;
const never = new AbortController().signal;

/** The page's side of the cloud. It makes no request until the user wants one made. */
export class Cloud {
  /** Undefined until asked; null where there is no cloud. */
  offer = $state.raw<Offer | null>();
  /** The user's account, where the cloud asks for one; undefined where every browser is let in. */
  account = $state.raw<Account>();
  uploads = $state.raw<readonly Upload[]>([]);
  used = $state(false);
  /** Whether the cloud knows the user: someone is signed in, or nobody has to. */
  readonly known = $derived.by(() => this.account === undefined || this.account.name !== undefined);
  readonly queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  readonly #turns = new Turns(() => Math.min(MOST_UPLOADS, this.offer?.uploads ?? 1));
  #looking: Promise<Session | undefined> | undefined;
  #followed = 0;

  readonly ask: Client = createClient<unknown>(async (sent, signal) =>
    createSend(await this.#session())(sent, signal),
  );

  /** Takes up what an earlier visit has begun. */
  async open(): Promise<void> {
    this.used = localStorage.getItem(USED) !== null;
    if (!this.used) return;
    for (const record of await readUploads()) {
      const upload = this.#show(record, await kept(record));
      if (upload.state.kind === 'waiting') upload.start();
    }
    await this.look();
  }

  /** The user wants to use the cloud: from now on the page asks it by itself. */
  use(): void {
    localStorage.setItem(USED, '');
    this.used = true;
  }

  /** Finds out whether there is a cloud here, and on what terms. Sends nothing of the user's. */
  async look(): Promise<void> {
    await this.#session().catch(() => undefined);
  }

  find(id: string | undefined): Upload | undefined {
    return this.uploads.find((upload) => upload.id === id);
  }

  /**
   * Begins to send a file, of which the user has agreed that it may leave the device.
   * @param fromJob a job of this device that goes on in the cloud
   * Errors: CloudRefusal.
   */
  async begin(file: File, wish: Wish, fromJob?: string): Promise<Upload> {
    const type = file.type || mediaType(file.name) || 'application/octet-stream';
    // A job that is handed over begins only after what was finished of it has come along.
    const job = fromJob === undefined ? { job: wish } : {};
    const json = { filename: file.name, size: file.size, content_type: type, ...job };
    const ticket = await this.ask('POST /v1/uploads/request', { json }, never);
    const upload = this.#show(
      {
        id: ticket.upload_id,
        filename: file.name,
        bytes: file.size,
        fingerprint: await fingerprintOf(file),
        createdAt: Date.now(),
        wish,
        url: undefined,
        paused: false,
        handle: handleOf(file),
        fromJob,
      },
      file,
    );
    await writeUpload(upload.record);
    this.use();
    upload.start(ticket);
    return upload;
  }

  /** Goes on with an upload whose file the user has picked again. Errors: CloudRefusal `cloud.other_file`. */
  async goOn(upload: Upload, picked?: File): Promise<void> {
    const { handle, fingerprint, bytes } = upload.record;
    const file = picked ?? upload.file ?? (handle && (await openHandle(handle, true)));
    if (file !== undefined && file !== upload.file) {
      const same = file.size === bytes && (await fingerprintOf(file)) === fingerprint;
      if (!same) throw new CloudRefusal('cloud.other_file');
      upload.file = file;
    }
    await upload.resume();
  }

  /** Gives up an upload, and what has been sent of it: if the cloud cannot be told, that goes when its time is over. */
  async giveUp(upload: Upload): Promise<void> {
    upload.halt();
    this.uploads = this.uploads.filter((other) => other !== upload);
    await forgetUpload(upload.id);
    await this.ask('DELETE /v1/uploads/{id}', { params: { id: upload.id } }, never).catch(() => undefined);
  }

  /** The user's jobs, newest first. */
  readonly jobs = queryOptions({
    queryKey: JOBS,
    queryFn: async ({ signal }) => (await this.ask('GET /v1/jobs', { query: { limit: 200 } }, signal)).jobs,
    refetchInterval: ({ state }) => {
      if (!state.data?.some(isOpen)) return false;
      return this.#followed > 0 ? POLL_MS.followed : POLL_MS.alone;
    },
  });

  /** Links to a finished job's files; asked again long before they end. */
  readonly result = (id: string) =>
    queryOptions({
      queryKey: ['cloud', 'result', id],
      queryFn: ({ signal }) => this.ask('GET /v1/jobs/{id}/result', { params: { id } }, signal),
      staleTime: ((this.offer?.link_lifetime ?? 3600) * 1000) / 2,
    });

  /** Removes a job with its file and results, stopping it first if it is going. */
  async remove(id: string): Promise<void> {
    await this.ask('DELETE /v1/jobs/{id}', { params: { id } }, never);
    this.queries.setQueryData<CloudJob[]>(JOBS, (jobs) => jobs?.filter((job) => job.id !== id));
  }

  async cancel(id: string): Promise<void> {
    this.#put(await this.ask('POST /v1/jobs/{id}/cancel', { params: { id } }, never));
  }

  /** Begins a job that has failed or was stopped again, with the wishes it had. Errors: CloudRefusal. */
  async again({ id, uploadId }: CloudJob): Promise<void> {
    const { wish } = await this.ask('GET /v1/jobs/{id}', { params: { id } }, never);
    this.#put(await this.ask('POST /v1/jobs', { json: { upload_id: uploadId, job: wish } }, never));
  }

  /**
   * Brings a job's events into the list and into `live` until the job has ended, however often the line breaks.
   * @param onLine told whether the line is cut
   * Errors: CloudRefusal.
   */
  async follow(
    id: string,
    live: LiveWork,
    onLine: (cut: boolean) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#followed += 1;
    try {
      const session = await this.#session();
      const open = (lastId: string, line: AbortSignal) => {
        const headers = lastId === '' ? {} : { 'Last-Event-ID': lastId };
        return authorised(`/v1/jobs/${id}/events`, { headers }, session, line);
      };
      await followEvents(open, (event) => this.#told(id, live, event), onLine, signal);
    } finally {
      this.#followed -= 1;
      if (!signal.aborted) await this.queries.invalidateQueries({ queryKey: JOBS });
    }
  }

  #told(id: string, live: LiveWork, { type, data }: JobEvent): void {
    if (type === 'progress') {
      const progress = data as unknown as NonNullable<Extract<CloudJob, { status: 'running' }>['progress']>;
      const { fraction, secondsLeft } = progress;
      live.apply({ type, fraction, secondsLeft: secondsLeft ?? undefined });
      this.#change(id, (job) => (job.status === 'running' ? { ...job, progress } : job));
    } else if (type === 'state') {
      const { status, attempt } = data as { status: CloudJob['status']; attempt: number };
      if (status === 'running') {
        live.reset();
        this.#change(id, (job) => ({ ...job, status, attempt, progress: null }));
      } else if (status === 'queued') this.#change(id, (job) => ({ ...job, status, attempt }));
    } else {
      live.apply(data as unknown as DubEvent);
    }
  }

  #change(id: string, change: (job: CloudJob) => CloudJob): void {
    this.queries.setQueryData<CloudJob[]>(JOBS, (jobs) =>
      jobs?.map((job) => (job.id === id ? change(job) : job)),
    );
  }

  /** Puts a job into the list, in the place of what was known of it. */
  #put(job: CloudJob): void {
    this.queries.setQueryData<CloudJob[]>(JOBS, (jobs = []) => [
      job,
      ...jobs.filter(({ id }) => id !== job.id),
    ]);
  }

  #show(record: UploadRecord, file: File | undefined): Upload {
    const upload = new Upload(record, file, {
      ask: this.ask,
      turn: (work, signal) =>
        this.#turns.take(
          () =>
            navigator.locks.request(`octavia.upload.${record.id}`, { signal }, work) as ReturnType<
              typeof work
            >,
          signal,
        ),
      arrived: (sent, signal) => this.#arrived(sent, signal),
    });
    this.uploads = [upload, ...this.uploads];
    return upload;
  }

  /** The same upload into the same language is the same job: asking for it is also how to find it. */
  async #arrived(upload: Upload, signal: AbortSignal): Promise<void> {
    const { wish, fromJob } = upload.record;
    const json = { upload_id: upload.id, job: wish, handover: fromJob !== undefined };
    for (;;) {
      try {
        const job = await this.ask('POST /v1/jobs', { json }, signal);
        if (fromJob !== undefined) await handOver(fromJob, job.id, await this.#session(), signal);
        this.#put(job);
        break;
      } catch (thrown) {
        // Elsewhere than on this server a file arrives a moment after its last byte has gone.
        if (!(thrown instanceof CloudRefusal) || thrown.code !== 'upload.incomplete') throw thrown;
      }
      await pause(ARRIVAL_MS, signal);
    }
    await forgetUpload(upload.id);
    this.uploads = this.uploads.filter((other) => other !== upload);
  }

  /** The session, once the cloud has said how one is had. Errors: CloudRefusal. */
  async #session(): Promise<Session | undefined> {
    this.#looking ??= this.#meet().catch((thrown: unknown) => {
      this.#looking = undefined;
      throw thrown;
    });
    return this.#looking;
  }

  async #meet(): Promise<Session | undefined> {
    const anonymous = createClient(createSend(undefined));
    const offer = await anonymous('GET /v1/offer', {}, never).catch((thrown: unknown) => {
      // A plain web server that serves the page alone.
      if (!(thrown instanceof CloudRefusal) || thrown.status !== 404) throw thrown;
      return null;
    });
    if (offer === null || offer.sign_in.kind === 'local') {
      this.offer = offer;
      return offer === null ? undefined : localSession(anonymous);
    }
    const { publishable_key: key } = offer.sign_in;
    if (key !== null) {
      const { Account } = await import('./account.svelte.ts');
      // What was asked with another account, or none, says nothing of this one.
      this.account = await Account.open(key, () => void this.queries.resetQueries());
    }
    // Without the key a page cannot sign in: this cloud is for other programs.
    this.offer = key === null ? null : offer;
    return this.account;
  }
}

/** Whether a job is waiting or under way. */
export function isOpen({ status }: CloudJob): boolean {
  return status === 'queued' || status === 'running';
}

async function fingerprintOf(file: File): Promise<string> {
  const { fingerprint } = await import('@octavia/pipeline/media/fingerprint');
  const read = async (_: unknown, start: number, end: number) =>
    new Uint8Array(await file.slice(start, end).arrayBuffer());
  return fingerprint({ read }, { name: file.name, bytes: file.size }, never);
}

/** The file of an upload that was begun in an earlier visit, where it can be had without asking. */
async function kept({ handle, fromJob, filename }: UploadRecord): Promise<File | undefined> {
  if (fromJob !== undefined) return jobFile(fromJob, 'input', filename);
  return handle && openHandle(handle, false);
}
