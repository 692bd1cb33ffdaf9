import { joinedBytes } from '../joined.ts';
import type { Sound } from '../media-types.ts';
import { pieces } from '../sound/sound.ts';

/** Turns interleaved little-endian 32-bit floats, in pieces of any size, into planes. */
export class Deinterleaver {
  readonly #channels: number;
  /** Bytes of an incomplete frame; the rest comes with the next piece. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(channels: number) {
    this.#channels = channels;
  }

  push(bytes: Uint8Array): Float32Array[] {
    const channels = this.#channels;
    const aligned = this.#rest.length === 0 && bytes.byteOffset % 4 === 0;
    const all = aligned ? bytes : joinedBytes([this.#rest, bytes]);
    const count = Math.floor(all.length / (channels * 4));
    const floats = new Float32Array(all.buffer, all.byteOffset, count * channels);
    this.#rest = all.slice(count * channels * 4);
    return Array.from({ length: channels }, (_, channel) => {
      const plane = new Float32Array(count);
      for (let from = channel, to = 0; to < count; from += channels, to++) plane[to] = floats[from]!;
      return plane;
    });
  }
}

/** Cuts sound at its expected end, unless it runs past that by more than a tolerance: then the end was wrong. */
export class Trimmed {
  /** Samples that were passed on. */
  frames = 0;
  readonly #expected: number;
  readonly #tolerance: number;
  readonly #take: (planes: readonly Float32Array[]) => Promise<void>;
  /** What runs past the expected end, kept until it is clear which of the two was wrong. */
  #over: (readonly Float32Array[])[] = [];
  #overFrames = 0;

  /** @param expected samples @param tolerance samples that may be cut */
  constructor(expected: number, tolerance: number, take: (planes: readonly Float32Array[]) => Promise<void>) {
    this.#expected = expected;
    this.#tolerance = tolerance;
    this.#take = take;
  }

  async push(planes: readonly Float32Array[]): Promise<void> {
    const length = planes[0]?.length ?? 0;
    const room = this.#expected - this.frames;
    const fits = this.#overFrames === 0 ? Math.max(0, Math.min(length, room)) : 0;
    if (room < 0) return this.#pass(planes);
    if (fits > 0) await this.#pass(planes.map((plane) => plane.subarray(0, fits)));
    if (fits === length) return;
    this.#over.push(planes.map((plane) => plane.slice(fits)));
    this.#overFrames += length - fits;
    if (this.#overFrames <= this.#tolerance) return;
    for (const held of this.#over) await this.#pass(held);
    this.#over = [];
    this.#overFrames = 0;
  }

  async #pass(planes: readonly Float32Array[]): Promise<void> {
    this.frames += planes[0]?.length ?? 0;
    await this.#take(planes);
  }
}

/** Samples per piece when interleaving: about a second. */
const PIECE = 65_536;

/** The reverse: the sound from sample `first` on as interleaved bytes, piece by piece. */
export async function* interleaved(sound: Sound, first: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let skip = first;
  for await (const planes of pieces(sound, PIECE)) {
    const count = planes[0]?.length ?? 0;
    const from = Math.min(skip, count);
    skip -= from;
    if (from === count) continue;
    const bytes = new Float32Array((count - from) * planes.length);
    for (const [channel, plane] of planes.entries()) {
      for (let at = from, to = channel; at < count; at++, to += planes.length) bytes[to] = plane[at]!;
    }
    yield new Uint8Array(bytes.buffer);
  }
}
