import { amplitude, decibels } from './loudness.ts';
import { forEachPeak } from './true-peak.ts';

const LOOKAHEAD_SECONDS = 0.005;
const RELEASE_SECONDS = 0.08;
/** Kept below the ceiling, because the moving gain and other meters' filters differ by up to 0.2 dB. */
export const LIMITER_MARGIN_DB = 0.25;
const BLOCK = 1024;

/**
 * Look-ahead true-peak limiter, in place, all channels by the same gain; what stays below the ceiling is left
 * bit for bit. The gain is the running minimum over the look-ahead, released exponentially and smoothed by a
 * mean over the look-ahead, so that it is down before the peak comes and has no corners.
 * @param ceilingDb dBTP @returns the largest gain reduction in dB, 0 when nothing was limited
 */
export function limitTruePeak(channels: readonly Float32Array[], sampleRate: number, ceilingDb = -1): number {
  const ceiling = amplitude(ceilingDb - LIMITER_MARGIN_DB);
  const length = channels[0]?.length ?? 0;
  const lookahead = Math.max(24, Math.round(LOOKAHEAD_SECONDS * sampleRate));
  const gain = new LimiterGain(lookahead, Math.exp(-1 / (RELEASE_SECONDS * sampleRate)));
  const wanted = new Float64Array(BLOCK);
  let deepest = 1;
  for (let begin = 0; begin < length + lookahead; begin += BLOCK) {
    const end = begin + BLOCK;
    const quiet = !requireGains(channels, begin, end, ceiling, wanted);
    if (quiet && gain.idle) continue;
    for (let i = begin; i < end; i++) {
      const g = gain.next(i, wanted[i - begin]!);
      const at = i - lookahead;
      if (g === 1 || at < 0 || at >= length) continue;
      deepest = Math.min(deepest, g);
      for (const samples of channels) samples[at]! *= g;
    }
  }
  return deepest === 1 ? 0 : -decibels(deepest);
}

/** Fills `wanted` with the gain each sample needs; false when all may stay as they are. */
function requireGains(
  channels: readonly Float32Array[],
  begin: number,
  end: number,
  ceiling: number,
  wanted: Float64Array,
): boolean {
  wanted.fill(1);
  let any = false;
  const lower = (index: number, peak: number): void => {
    if (index < begin || index >= end) return;
    wanted[index - begin] = Math.min(wanted[index - begin]!, ceiling / peak);
    any = true;
  };
  for (const samples of channels) {
    const to = Math.min(end, samples.length);
    // A peak between two samples needs both lowered; the one before this block reaches into it.
    forEachPeak(
      samples,
      Math.max(0, begin - 1),
      to,
      () => ceiling,
      (index, peak) => {
        if (peak <= ceiling) return;
        lower(index, peak);
        lower(index + 1, peak);
      },
    );
  }
  return any;
}

/** Turns the gains wanted into the smooth gain given, `lookahead` samples later. */
class LimiterGain {
  readonly #lookahead: number;
  readonly #keep: number;
  /** Increasing candidates for the running minimum: index and value, a ring. */
  readonly #at: Float64Array;
  readonly #value: Float64Array;
  #head = 0;
  #tail = 0;
  readonly #recent: Float64Array;
  #slot = 0;
  #sum: number;
  #released = 1;
  #lowered = 0;

  constructor(lookahead: number, keep: number) {
    const size = lookahead + 1;
    this.#lookahead = lookahead;
    this.#keep = keep;
    this.#at = new Float64Array(size + 1);
    this.#value = new Float64Array(size + 1);
    this.#recent = new Float64Array(size).fill(1);
    this.#sum = size;
  }

  /** Nothing under way: every gain given until a new peak comes is 1. */
  get idle(): boolean {
    return this.#head === this.#tail && this.#released === 1 && this.#lowered === 0;
  }

  next(index: number, wanted: number): number {
    const minimum = this.#runningMinimum(index, wanted);
    const rising = 1 - (1 - this.#released) * this.#keep;
    this.#released = Math.min(minimum, rising > 0.99999 ? 1 : rising);
    return this.#smooth(this.#released);
  }

  #runningMinimum(index: number, wanted: number): number {
    const size = this.#at.length;
    const last = (): number => (this.#tail + size - 1) % size;
    if (this.#head !== this.#tail && this.#at[this.#head]! < index - this.#lookahead) {
      this.#head = (this.#head + 1) % size;
    }
    while (this.#head !== this.#tail && this.#value[last()]! >= wanted) this.#tail = last();
    if (wanted < 1) {
      this.#at[this.#tail] = index;
      this.#value[this.#tail] = wanted;
      this.#tail = (this.#tail + 1) % size;
    }
    return this.#head === this.#tail ? 1 : this.#value[this.#head]!;
  }

  #smooth(value: number): number {
    const old = this.#recent[this.#slot]!;
    this.#recent[this.#slot] = value;
    this.#slot = (this.#slot + 1) % this.#recent.length;
    this.#lowered += (value < 1 ? 1 : 0) - (old < 1 ? 1 : 0);
    // Exactly one at rest, whatever rounding the running sum has gathered.
    this.#sum = this.#lowered === 0 ? this.#recent.length : this.#sum + value - old;
    return this.#lowered === 0 ? 1 : Math.min(1, this.#sum / this.#recent.length);
  }
}
