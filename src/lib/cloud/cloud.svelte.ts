import { createClient, type Client } from '@octavia/server/client';
import { Refusal, type Send } from '@octavia/server/send';
import { mediaType } from '@octavia/pipeline/media/container';
import { CloudJobs } from './jobs.ts';
import { meetCloud, type Met, type Offer } from './meet.ts';
import type { CloudPlatform, UserAccount } from './platform.ts';
import type { UploadRecord } from './records.ts';
import { Turns } from './turns.ts';
import { Upload } from './upload.svelte.ts';
import { expectedUpload, noteUpload, type ExpectedUpload } from './upload-speed.ts';
import type { JobWish } from './wish.ts';

/** Set once the user has sent something to the cloud. Before that the page never asks the cloud anything on its own. */
const USED = 'octavia.cloud';
/** A browser opens six connections to a host; two stay free for events and calls. */
const MOST_UPLOADS = 3;
/** Milliseconds between checks whether an uploaded file has arrived where jobs are made. */
const ARRIVAL_MS = 2_000;

/** For calls that are never stopped. */
const NO_ABORT = new AbortController().signal;

/** The page's side of the cloud. It makes no request until the user asks for one. */
export class Cloud {
  /** Undefined until asked; null where there is no cloud. */
  offer = $state.raw<Offer | null>();
  /** The user's account, where the cloud asks for one; undefined where every browser is let in. */
  account = $state.raw<UserAccount>();
  uploads = $state.raw<readonly Upload[]>([]);
  used = $state(false);
  /** Whether the cloud knows the user: someone is signed in, or nobody has to. */
  readonly known = $derived.by(() => this.account === undefined || this.account.name !== undefined);
  /** Whether there is one, as far as we know. */
  readonly present = $derived.by(() => this.offer !== undefined && this.offer !== null);
  readonly #turns = new Turns(() => Math.min(MOST_UPLOADS, this.offer?.uploads ?? 1));
  readonly #platform: CloudPlatform;
  #meeting: Promise<Met> | undefined;

  constructor(platform: CloudPlatform) {
    this.#platform = platform;
  }

  readonly #send: Send = async (call, signal) => {
    const { session } = await this.#meet();
    return this.#platform.send(session)(call, signal);
  };

  readonly ask: Client = createClient(this.#send);

  readonly jobs = new CloudJobs({
    ask: this.ask,
    send: this.#send,
    linkLifetime: () => this.offer?.link_lifetime ?? 3600,
  });

  /** Continues the uploads of an earlier visit. */
  async open(): Promise<void> {
    this.used = this.#platform.notes.getItem(USED) !== null;
    if (!this.used) return;
    for (const record of await this.#platform.uploads.read()) {
      const upload = this.#show(record, await this.#kept(record));
      if (upload.state.kind === 'waiting') upload.start();
    }
    await this.look();
  }

  /** The user wants to use the cloud: from now on the page asks it on its own. */
  use(): void {
    this.#platform.notes.setItem(USED, '');
    this.used = true;
  }

  /** Finds out whether there is a cloud here, and on what terms. Sends nothing of the user's. */
  async look(): Promise<void> {
    await this.#meet().catch(() => undefined);
  }

  /** How fast an upload will go, as far as known. */
  expectedUpload(): ExpectedUpload {
    return expectedUpload(this.#platform.notes);
  }

  find(id: string | undefined): Upload | undefined {
    return this.uploads.find((upload) => upload.id === id);
  }

  /**
   * Starts sending a file; the user has agreed that it may leave the device.
   * @param fromJob a job of this device that continues in the cloud
   * Errors: Refusal.
   */
  async begin(file: File, wish: JobWish, fromJob?: string): Promise<Upload> {
    const type = file.type || mediaType(file.name) || 'application/octet-stream';
    // A handed-over job starts only after its finished work has arrived. Whether it may start is checked now, before
    // its file leaves.
    const handover = fromJob !== undefined;
    const json = { filename: file.name, size: file.size, content_type: type, job: wish, handover };
    const ticket = await this.ask('POST /v1/uploads/request', { json }, NO_ABORT);
    const upload = this.#show(
      {
        id: ticket.upload_id,
        filename: file.name,
        bytes: file.size,
        fingerprint: await fingerprintOf(file),
        createdAt: this.#platform.clock.date(),
        wish,
        url: undefined,
        paused: false,
        handle: this.#platform.handleOf(file),
        fromJob,
      },
      file,
    );
    await this.#platform.uploads.write(upload.record);
    this.use();
    upload.start(ticket);
    return upload;
  }

  /** Resumes an upload whose file the user has picked again. Errors: Refusal `cloud.other_file`. */
  async goOn(upload: Upload, picked?: File): Promise<void> {
    const { handle, fingerprint, bytes } = upload.record;
    const file = picked ?? upload.file ?? (handle && (await this.#platform.openHandle(handle, true)));
    if (file !== undefined && file !== upload.file) {
      const same = file.size === bytes && (await fingerprintOf(file)) === fingerprint;
      if (!same) throw new Refusal('cloud.other_file');
      upload.file = file;
    }
    await upload.resume();
  }

  /**
   * Cancels an upload and deletes what was sent. If the cloud cannot be reached, it deletes it after a while anyway.
   */
  async giveUp(upload: Upload): Promise<void> {
    upload.halt();
    this.uploads = this.uploads.filter((other) => other !== upload);
    await this.#platform.uploads.forget(upload.id);
    await this.ask('DELETE /v1/uploads/{id}', { params: { id: upload.id } }, NO_ABORT).catch(() => undefined);
  }

  #show(record: UploadRecord, file: File | undefined): Upload {
    const { sendFile, uploads, clock, notes, alone } = this.#platform;
    const upload = new Upload(record, file, {
      ask: this.ask,
      turn: (work, signal) =>
        this.#turns.take(() => alone(`octavia.upload.${record.id}`, work, signal), signal),
      arrived: (sent, signal) => this.#arrived(sent, signal),
      sendFile,
      store: uploads,
      clock,
      noteSpeed: (bytesPerSecond) => noteUpload(bytesPerSecond, notes),
    });
    this.uploads = [upload, ...this.uploads];
    return upload;
  }

  /** The same upload into the same language is the same job, so creating it again finds it. */
  async #arrived(upload: Upload, signal: AbortSignal): Promise<void> {
    const { wish, fromJob } = upload.record;
    for (;;) {
      try {
        const job = await this.jobs.start(upload.id, wish, fromJob !== undefined, signal);
        if (fromJob !== undefined) await this.#platform.handOver(fromJob, job.id, this.#send, signal);
        this.jobs.put(job);
        break;
      } catch (thrown) {
        // With external storage, a file arrives a moment after its last byte was sent.
        if (!(thrown instanceof Refusal) || thrown.code !== 'upload.incomplete') throw thrown;
      }
      await this.#platform.clock.pause(ARRIVAL_MS, signal);
    }
    await this.#platform.uploads.forget(upload.id);
    this.uploads = this.uploads.filter((other) => other !== upload);
  }

  /** The file of an upload from an earlier visit, if it can be opened without asking. */
  async #kept({ handle, fromJob, filename }: UploadRecord): Promise<File | undefined> {
    if (fromJob !== undefined) return this.#platform.jobFile(fromJob, 'input', filename);
    return handle && this.#platform.openHandle(handle, false);
  }

  /** Asks once whether there is a cloud; a failed attempt is forgotten. Errors: Refusal. */
  async #meet(): Promise<Met> {
    // Forgets answers that were meant for another account, or for none.
    const onAccountChange = () => void this.jobs.queries.resetQueries();
    this.#meeting ??= meetCloud(this.#platform, onAccountChange)
      .then((met) => {
        this.account = met.account;
        this.offer = met.offer;
        return met;
      })
      .catch((thrown: unknown) => {
        this.#meeting = undefined;
        throw thrown;
      });
    return this.#meeting;
  }
}

async function fingerprintOf(file: File): Promise<string> {
  const { fingerprint } = await import('@octavia/pipeline/media/fingerprint');
  const read = async (_: unknown, start: number, end: number) =>
    new Uint8Array(await file.slice(start, end).arrayBuffer());
  return fingerprint({ read }, { name: file.name, bytes: file.size }, NO_ABORT);
}
