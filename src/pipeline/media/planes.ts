import { joinedBytes } from '../joined.ts';

/** Frames reserved before any have arrived: six minutes at 48 kHz. */
const MOST_AHEAD = 2 ** 24;

/** Takes interleaved little-endian 32-bit floats in pieces of any size and keeps them as planes. */
export class Planes {
  frames = 0;
  #planes: Float32Array[];
  /** Bytes of an incomplete frame; the rest comes with the next piece. */
  #rest: Uint8Array = new Uint8Array(0);

  /** @param expected frames to reserve, within reason: a header may announce anything */
  constructor(channels: number, expected: number) {
    const room = Math.min(expected, MOST_AHEAD);
    this.#planes = Array.from({ length: channels }, () => new Float32Array(room));
  }

  push(bytes: Uint8Array): void {
    const channels = this.#planes.length;
    const aligned = this.#rest.length === 0 && bytes.byteOffset % 4 === 0;
    const all = aligned ? bytes : joinedBytes([this.#rest, bytes]);
    const count = Math.floor(all.length / (channels * 4));
    const floats = new Float32Array(all.buffer, all.byteOffset, count * channels);
    this.#reserve(this.frames + count);
    for (const [channel, plane] of this.#planes.entries()) {
      for (let from = channel, to = this.frames; from < floats.length; from += channels, to++) {
        plane[to] = floats[from]!;
      }
    }
    this.frames += count;
    this.#rest = all.slice(count * channels * 4);
  }

  /**
   * Cuts what exceeds `frames`, unless it is more than `tolerance`: then the stated length was wrong, not the sound.
   */
  trim(frames: number, tolerance: number): void {
    if (this.frames - frames <= tolerance) this.frames = Math.min(this.frames, frames);
  }

  /** The planes, cut to what arrived; views if little room is left over, copies otherwise. */
  take(): Float32Array[] {
    const room = this.#planes[0]?.length ?? 0;
    const planes = this.#planes.map((plane) =>
      this.frames > room * 0.9 ? plane.subarray(0, this.frames) : plane.slice(0, this.frames),
    );
    this.#planes = [];
    return planes;
  }

  #reserve(frames: number): void {
    if (frames <= (this.#planes[0]?.length ?? 0)) return;
    for (const [channel, plane] of this.#planes.entries()) {
      const larger = new Float32Array(Math.ceil(frames * 1.25));
      larger.set(plane);
      this.#planes[channel] = larger;
    }
  }
}

/** Frames per piece when interleaving: about a second, so that there is no second copy of the whole. */
const BLOCK = 65_536;

/** The reverse: planes from frame `first` to `end` (exclusive) as interleaved bytes, piece by piece. */
export function* interleaved(
  channels: readonly Float32Array[],
  first: number,
  end: number,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let start = first; start < end; start += BLOCK) {
    const count = Math.min(BLOCK, end - start);
    const block = new Float32Array(count * channels.length);
    for (const [channel, plane] of channels.entries()) {
      for (let from = start, to = channel; to < block.length; from++, to += channels.length) {
        block[to] = plane[from]!;
      }
    }
    yield new Uint8Array(block.buffer);
  }
}
