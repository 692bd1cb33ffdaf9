import type { Pin } from '../catalogue.ts';
import type { PullPlatform, StreamHash, Unfinished } from './platform.ts';

/** How many of its first bytes show what kind of file it is. */
const HEAD = 64;

/** A partly fetched file with the hash of what has arrived. */
export class Arrival {
  readonly #file: Unfinished;
  readonly #newHash: () => StreamHash;
  #hash: StreamHash;
  #head = new Uint8Array();

  private constructor(file: Unfinished, newHash: () => StreamHash) {
    this.#file = file;
    this.#newHash = newHash;
    this.#hash = newHash();
  }

  /** Takes up what an earlier attempt has left. */
  static async resume(
    platform: Pick<PullPlatform, 'hash'>,
    file: Unfinished,
    signal: AbortSignal,
  ): Promise<Arrival> {
    const arrival = new Arrival(file, () => platform.hash());
    for await (const piece of file.read(signal)) arrival.#take(piece);
    return arrival;
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  get etag(): string | undefined {
    return this.#file.etag;
  }

  /** Starts over, with content that its source calls `etag`. */
  async restart(etag?: string): Promise<void> {
    await this.#file.restart(etag);
    this.#hash = this.#newHash();
    this.#head = new Uint8Array();
  }

  async append(piece: Uint8Array): Promise<void> {
    await this.#file.append(piece);
    this.#take(piece);
  }

  /** Its beginning, as text. */
  get head(): string {
    return new TextDecoder().decode(this.#head);
  }

  /** What has arrived, as one file; nothing can be added after that. */
  whole(): Pin {
    return { bytes: this.bytes, sha256: this.#hash.hex() };
  }

  #take(piece: Uint8Array): void {
    this.#hash.update(piece);
    if (this.#head.length === HEAD) return;
    this.#head = Uint8Array.from([...this.#head, ...piece.subarray(0, HEAD - this.#head.length)]);
  }
}
