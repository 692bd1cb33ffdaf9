import { applyGain } from '../../audio/fade.ts';
import { LIMITER_MARGIN_DB, limitTruePeak } from '../../audio/limiter.ts';
import { amplitude, LoudnessMeter } from '../../audio/loudness.ts';
import { truePeak } from '../../audio/true-peak.ts';
import type { Sound } from '../../media-types.ts';
import { cut } from '../../sound/sound.ts';

/**
 * Seconds mixed at a time. A block depends only on itself and a moment around it, so each can be made without the
 * others, and always comes out the same.
 */
const BLOCK_SECONDS = 20;
/** Before a block: by then a filter or the limiter has forgotten what came before that (its release is 80 ms). */
const WARM_SECONDS = 1.5;
/** After it: what the limiter looks ahead, and the reach of a peak between samples. */
const AHEAD_SECONDS = 0.05;

export const CEILING_DBTP = -1;

/** A block at some gain. */
interface BlockLevels {
  /** Of each 100 ms, see `LoudnessMeter`. */
  readonly energies: Float64Array;
  /** True peak as an amplitude, around the block included. */
  readonly peak: number;
}

/** Bed and dub as one sound, at some gain, limited to −1 dBTP. */
export class MixedSound implements Sound {
  readonly sampleRate: number;
  readonly channels: number;
  readonly frames: number;
  readonly #bed: Sound;
  readonly #dub: Sound;
  readonly #blockFrames: number;
  readonly #warm: number;
  readonly #ahead: number;
  /** What each block is like at a gain of 1, without the limiter. */
  readonly #plain = new Map<number, BlockLevels>();
  #gain = 1;
  #last: { readonly number: number; readonly planes: Promise<Float32Array[]> } | undefined;

  /** @param bed what the dub is laid over @param dub mono, at the bed's rate */
  constructor(bed: Sound, dub: Sound) {
    this.#bed = bed;
    this.#dub = dub;
    this.sampleRate = bed.sampleRate;
    this.channels = bed.channels;
    this.frames = bed.frames;
    this.#blockFrames = Math.round(BLOCK_SECONDS * bed.sampleRate);
    this.#warm = Math.round(WARM_SECONDS * bed.sampleRate);
    this.#ahead = Math.round(AHEAD_SECONDS * bed.sampleRate);
  }

  get blocks(): number {
    return Math.ceil(this.frames / this.#blockFrames);
  }

  set gain(gain: number) {
    this.#gain = gain;
    this.#last = undefined;
  }

  async read(from: number, to: number): Promise<Float32Array[]> {
    const planes = Array.from({ length: this.channels }, () => new Float32Array(Math.max(0, to - from)));
    const last = Math.min(this.frames, to);
    for (let at = Math.max(0, from); at < last;) {
      const number = Math.floor(at / this.#blockFrames);
      const begin = number * this.#blockFrames;
      const end = Math.min(last, begin + this.#blockFrames);
      const block = await this.#block(number);
      planes.forEach((plane, channel) => {
        plane.set(block[channel]!.subarray(at - begin, end - begin), at - from);
      });
      at = end;
    }
    return planes;
  }

  /** A block at the current gain. */
  async levels(number: number): Promise<BlockLevels> {
    const gain = this.#gain;
    const plain = this.#plain.get(number) ?? (await this.#measured(number));
    this.#plain.set(number, plain);
    if (!this.#isLimited(plain)) {
      return { energies: plain.energies.map((energy) => energy * gain * gain), peak: plain.peak * gain };
    }
    return this.#measured(number, true);
  }

  async #block(number: number): Promise<Float32Array[]> {
    if (this.#last?.number !== number) this.#last = { number, planes: this.#finished(number) };
    return this.#last.planes;
  }

  async #finished(number: number): Promise<Float32Array[]> {
    const planes = await this.#around(number);
    const plain = this.#plain.get(number);
    this.#finish(planes, plain === undefined || this.#isLimited(plain));
    return planes.map((plane) => cut(plane, this.#warm, this.#warm + this.#length(number)));
  }

  async #measured(number: number, finished = false): Promise<BlockLevels> {
    const planes = await this.#around(number);
    if (finished) this.#finish(planes, true);
    const meter = new LoudnessMeter(this.channels, this.sampleRate);
    meter.push(planes, 0, this.#warm);
    meter.forget();
    meter.push(planes, this.#warm, this.#warm + this.#length(number));
    return { energies: meter.energies(), peak: truePeak(planes) };
  }

  #isLimited({ peak }: BlockLevels): boolean {
    return peak * this.#gain > amplitude(CEILING_DBTP - LIMITER_MARGIN_DB);
  }

  #finish(planes: Float32Array[], limited: boolean): void {
    if (this.#gain !== 1) for (const samples of planes) applyGain(samples, this.#gain);
    if (limited) limitTruePeak(planes, this.sampleRate, CEILING_DBTP);
  }

  /** Bed and dub of a block and a moment around it. */
  async #around(number: number): Promise<Float32Array[]> {
    const from = number * this.#blockFrames - this.#warm;
    const to = number * this.#blockFrames + this.#length(number) + this.#ahead;
    const planes = await this.#bed.read(from, to);
    const [dub] = await this.#dub.read(from, to);
    if (dub !== undefined) addToChannels(dub, planes);
    return planes;
  }

  #length(number: number): number {
    return Math.min(this.#blockFrames, this.frames - number * this.#blockFrames);
  }
}

/** Into the centre where the layout has one (5.0 and up, ffmpeg's order), else equally into both fronts. */
function addToChannels(dub: Float32Array, channels: readonly Float32Array[]): void {
  const centre = channels.length >= 5 ? channels[2] : channels.length === 1 ? channels[0] : undefined;
  const fronts = centre === undefined ? channels.slice(0, 2) : [centre];
  // Equal power: the same loudness whether one channel speaks or two.
  const gain = 1 / Math.sqrt(fronts.length);
  for (const samples of fronts) {
    for (let i = 0; i < dub.length; i++) samples[i]! += gain * dub[i]!;
  }
}
