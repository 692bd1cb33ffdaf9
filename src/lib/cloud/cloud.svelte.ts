import { createClient, type AnswerOf, type Client } from '@octavia/server/client';
import { pause, Refusal, type Send } from '@octavia/server/send';
import { mediaType } from '@octavia/pipeline/media/container';
import { jobFile } from '$lib/host/files.ts';
import { pageSend } from './calls.ts';
import { handOver } from './handover.ts';
import type { Account } from './account.svelte.ts';
import { handleOf, openHandle } from '$lib/host/handles.ts';
import { CloudJobs } from './jobs.ts';
import { forgetUpload, readUploads, writeUpload, type UploadRecord } from './records.ts';
import { localSession, type Session } from './session.ts';
import { Turns } from './turns.ts';
import { Upload } from './upload.svelte.ts';
import { expectedUpload, type ExpectedUpload } from './upload-speed.ts';
import type { Wish } from './wish.ts';

export type Offer = AnswerOf<'GET /v1/offer'>;

/** Set once the user has sent something to the cloud; before that the page asks it nothing by itself. */
const USED = 'octavia.cloud';
/** A browser opens six connections to a host; two stay free for events and calls. */
const MOST_UPLOADS = 3;
/** Milliseconds between questions whether a file that has gone up has arrived where jobs are made. */
const ARRIVAL_MS = 2_000;

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
  /** Whether there is one, as far as has been asked. */
  readonly present = $derived.by(() => this.offer !== undefined && this.offer !== null);
  readonly #turns = new Turns(() => Math.min(MOST_UPLOADS, this.offer?.uploads ?? 1));
  #looking: Promise<Session | undefined> | undefined;

  readonly #send: Send = async (call, signal) => pageSend(await this.#session())(call, signal);

  readonly ask: Client = createClient(this.#send);

  readonly jobs = new CloudJobs({
    ask: this.ask,
    send: this.#send,
    linkLifetime: () => this.offer?.link_lifetime ?? 3600,
  });

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

  /** How fast an upload will go, as far as can be told. */
  expectedUpload(): ExpectedUpload {
    return expectedUpload();
  }

  find(id: string | undefined): Upload | undefined {
    return this.uploads.find((upload) => upload.id === id);
  }

  /**
   * Begins to send a file, of which the user has agreed that it may leave the device.
   * @param fromJob a job of this device that goes on in the cloud
   * Errors: Refusal.
   */
  async begin(file: File, wish: Wish, fromJob?: string): Promise<Upload> {
    const type = file.type || mediaType(file.name) || 'application/octet-stream';
    // A job that is handed over begins only after what was finished of it has come along; that it may begin is
    // asked now, before its file leaves.
    const handover = fromJob !== undefined;
    const json = { filename: file.name, size: file.size, content_type: type, job: wish, handover };
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

  /** Goes on with an upload whose file the user has picked again. Errors: Refusal `cloud.other_file`. */
  async goOn(upload: Upload, picked?: File): Promise<void> {
    const { handle, fingerprint, bytes } = upload.record;
    const file = picked ?? upload.file ?? (handle && (await openHandle(handle, true)));
    if (file !== undefined && file !== upload.file) {
      const same = file.size === bytes && (await fingerprintOf(file)) === fingerprint;
      if (!same) throw new Refusal('cloud.other_file');
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
    for (;;) {
      try {
        const job = await this.jobs.start(upload.id, wish, fromJob !== undefined, signal);
        if (fromJob !== undefined) await handOver(fromJob, job.id, this.#send, signal);
        this.jobs.put(job);
        break;
      } catch (thrown) {
        // Elsewhere than on this server a file arrives a moment after its last byte has gone.
        if (!(thrown instanceof Refusal) || thrown.code !== 'upload.incomplete') throw thrown;
      }
      await pause(ARRIVAL_MS, signal);
    }
    await forgetUpload(upload.id);
    this.uploads = this.uploads.filter((other) => other !== upload);
  }

  /** The session, once the cloud has said how one is had. Errors: Refusal. */
  async #session(): Promise<Session | undefined> {
    this.#looking ??= this.#meet().catch((thrown: unknown) => {
      this.#looking = undefined;
      throw thrown;
    });
    return this.#looking;
  }

  async #meet(): Promise<Session | undefined> {
    const anonymous = createClient(pageSend(undefined));
    const offer = await anonymous('GET /v1/offer', {}, never).catch((thrown: unknown) => {
      // A plain web server that serves the page alone.
      if (!(thrown instanceof Refusal) || thrown.status !== 404) throw thrown;
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
      this.account = await Account.open(key, () => void this.jobs.queries.resetQueries());
    }
    // Without the key a page cannot sign in: this cloud is for other programs.
    this.offer = key === null ? null : offer;
    return this.account;
  }
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
