import { toOctaviaError } from '@octavia/pipeline/errors';
import type { Client } from '@octavia/server/client';
import { Refusal } from '@octavia/server/send';
import type { CloudClock } from './clock.ts';
import type { UploadRecord, UploadStore } from './records.ts';
import { Speed } from './speed.ts';
import type { SendFile, Ticket } from './tus.ts';

export type UploadState =
  /** Others are sent first. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'sending' }
  /** The connection broke; it resumes on its own. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'paused' }
  /** The page was reloaded and cannot open the file on its own. */
  | { readonly kind: 'needs_file' }
  /** All bytes have arrived; the job is being created. */
  | { readonly kind: 'arrived' }
  | { readonly kind: 'failed'; readonly code: string; readonly detail: string | undefined };

/** What an upload needs from its environment. */
interface Surroundings {
  readonly ask: Client;
  /** Waits for its turn: only a few are sent at a time. */
  readonly turn: <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  /** Creates the job once every byte has arrived. */
  readonly arrived: (upload: Upload, signal: AbortSignal) => Promise<void>;
  readonly sendFile: SendFile;
  readonly store: Pick<UploadStore, 'write'>;
  readonly clock: Pick<CloudClock, 'now' | 'backOnline'>;
  /** Remembers how fast an upload was. */
  readonly noteSpeed: (bytesPerSecond: number) => void;
}

const BACKOFF_MS = 1_000;
const BACKOFF_MOST_MS = 15_000;

/** A file on its way to the cloud. It survives lost connections, reloads and pauses. */
export class Upload {
  record = $state.raw() as UploadRecord;
  state = $state.raw<UploadState>({ kind: 'waiting' });
  /** Bytes uploaded. */
  sent = $state(0);
  bytesPerSecond = $state<number>();
  file: File | undefined;
  #stop: AbortController | undefined;
  readonly #around: Surroundings;

  constructor(record: UploadRecord, file: File | undefined, around: Surroundings) {
    this.record = record;
    this.file = file;
    this.#around = around;
    if (record.paused) this.state = { kind: 'paused' };
    else if (file === undefined) this.state = { kind: 'needs_file' };
  }

  get id(): string {
    return this.record.id;
  }

  get fraction(): number {
    return this.sent / this.record.bytes;
  }

  get secondsLeft(): number | undefined {
    const speed = this.bytesPerSecond;
    return speed === undefined || speed <= 0 ? undefined : (this.record.bytes - this.sent) / speed;
  }

  /**
   * Sends until everything has arrived, however often the connection breaks.
   * @param ticket from the request; renewed when absent
   */
  start(ticket?: Ticket): void {
    if (this.#stop !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    void this.#run(ticket, stop.signal).finally(() => {
      if (this.#stop === stop) this.#stop = undefined;
    });
  }

  async pause(): Promise<void> {
    this.halt();
    this.state = { kind: 'paused' };
    await this.#keep({ paused: true });
  }

  async resume(): Promise<void> {
    await this.#keep({ paused: false });
    if (this.file === undefined) this.state = { kind: 'needs_file' };
    else this.start();
  }

  /** Only stops sending. */
  halt(): void {
    this.#stop?.abort(new DOMException('Paused', 'AbortError'));
    this.#stop = undefined;
  }

  async #run(ticket: Ticket | undefined, signal: AbortSignal): Promise<void> {
    this.state = { kind: 'waiting' };
    try {
      await this.#around.turn(() => this.#send(ticket, signal), signal);
      this.state = { kind: 'arrived' };
      await this.#around.arrived(this, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      const { code, detail } = toOctaviaError(thrown);
      this.state = { kind: 'failed', code, detail };
    }
  }

  async #send(first: Ticket | undefined, signal: AbortSignal): Promise<void> {
    let ticket = first;
    for (let failures = 0; ;) {
      const before = this.sent;
      try {
        ticket ??= await this.#renew(signal);
        if (ticket === undefined) return;
        this.state = { kind: 'sending' };
        await this.#transfer(ticket, signal);
        return;
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof Refusal) || !passes(thrown)) throw thrown;
        failures = this.sent > before ? 0 : failures + 1;
        ticket = undefined;
      }
      this.state = { kind: 'cut' };
      await this.#around.clock.backOnline(Math.min(BACKOFF_MS * 2 ** failures, BACKOFF_MOST_MS), signal);
    }
  }

  /** @returns undefined when everything has arrived already */
  async #renew(signal: AbortSignal): Promise<Ticket | undefined> {
    try {
      return await this.#around.ask('POST /v1/uploads/{id}/renew', { params: { id: this.id } }, signal);
    } catch (thrown) {
      if (thrown instanceof Refusal && thrown.code === 'upload.finished') return undefined;
      throw thrown;
    }
  }

  async #transfer(ticket: Ticket, signal: AbortSignal): Promise<void> {
    const { file } = this;
    if (file === undefined) throw new Refusal('cloud.other_file');
    const speed = new Speed();
    try {
      await this.#around.sendFile(
        {
          ticket,
          file,
          url: this.record.url,
          onUrl: (url) => void this.#keep({ url }),
          onProgress: (sent) => {
            this.sent = sent;
            speed.add(sent, this.#around.clock.now());
            this.bytesPerSecond = speed.bytesPerSecond;
          },
        },
        signal,
      );
    } finally {
      if (speed.average !== undefined) this.#around.noteSpeed(speed.average);
    }
  }

  async #keep(change: Partial<UploadRecord>): Promise<void> {
    this.record = { ...this.record, ...change };
    await this.#around.store.write(this.record);
  }
}

/** Also when a broken connection still holds the upload, or when fewer bytes arrived than it seemed. */
function passes(refusal: Refusal): boolean {
  return refusal.mayPass || [409, 423, 460].includes(refusal.status);
}
