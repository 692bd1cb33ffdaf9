import { normalise, type Coefficients } from './biquad.ts';

/** Loudness after ITU-R BS.1770-4 and EBU R128, in LUFS; digital silence is −Infinity. */

/** A ratio of amplitudes as decibels. */
export function decibels(gain: number): number {
  return 20 * Math.log10(gain);
}

/** Decibels as a ratio of amplitudes. */
export function amplitude(db: number): number {
  return 10 ** (db / 20);
}

/**
 * Weights of the channels, in ffmpeg's default order for the count: front 1, LFE 0, and 1.41 for those 60–120°
 * to the side (BS.1770-4 table 3 and annex 3); the pair behind of 7.1 counts 1.
 */
export function channelWeights(channels: number): readonly number[] {
  const SIDE = 1.41;
  const known: Readonly<Record<number, readonly number[]>> = {
    4: [1, 1, 1, 1],
    5: [1, 1, 1, SIDE, SIDE],
    6: [1, 1, 1, 0, SIDE, SIDE],
    7: [1, 1, 1, 0, 1, SIDE, SIDE],
    8: [1, 1, 1, 0, 1, 1, SIDE, SIDE],
  };
  return known[channels] ?? new Array<number>(channels).fill(1);
}

/** BS.1770 gives a sine of 0 dBFS at 997 Hz in one front channel −3.01 LKFS through this offset. */
const OFFSET = -0.691;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;
/** A gating block is four of these: 400 ms, 75 % overlap. */
const STEP_SECONDS = 0.1;
const STEPS_PER_BLOCK = 4;

/**
 * Integrated loudness of the samples `from`…`to`, gated. Sound shorter than one gating block (400 ms) is measured as a
 * whole, without gates, so that a single word has a loudness too. Copies nothing.
 */
export function integratedLoudness(
  channels: readonly Float32Array[],
  sampleRate: number,
  from = 0,
  to = channels[0]?.length ?? 0,
): number {
  const meter = new LoudnessMeter(channels.length, sampleRate);
  meter.push(channels, from, to);
  return meter.lufs();
}

/** Integrated loudness of sound that comes piece by piece; see {@link integratedLoudness}. */
export class LoudnessMeter {
  readonly #step: number;
  readonly #filters: readonly (KWeighting | undefined)[];
  readonly #weights: readonly number[];
  /** Of the complete steps. */
  readonly #energies: number[] = [];
  #frames = 0;
  /** Weighted squares: of the step that has begun, and of all. */
  #begun = 0;
  #all = 0;

  constructor(channels: number, sampleRate: number) {
    this.#step = STEP_SECONDS * sampleRate;
    this.#weights = channelWeights(channels);
    // The LFE counts nothing.
    this.#filters = this.#weights.map((weight) => (weight === 0 ? undefined : new KWeighting(sampleRate)));
  }

  push(channels: readonly Float32Array[], from = 0, to = channels[0]?.length ?? 0): void {
    for (let at = from; at < to;) {
      const edge = Math.round((this.#energies.length + 1) * this.#step);
      const count = Math.min(to - at, edge - this.#frames);
      this.#add(channels, at, at + count);
      at += count;
      this.#frames += count;
      if (this.#frames < edge) continue;
      this.#energies.push(this.#begun / (edge - Math.round(this.#energies.length * this.#step)));
      this.#begun = 0;
    }
  }

  /** What was pushed so far is heard, but not measured. */
  forget(): void {
    this.#energies.length = 0;
    this.#frames = this.#begun = this.#all = 0;
  }

  lufs(): number {
    return this.#energies.length < STEPS_PER_BLOCK
      ? lufs(this.#frames === 0 ? 0 : this.#all / this.#frames)
      : gatedLoudness(this.#energies);
  }

  /** Weighted mean squares of the whole steps of 100 ms; sound is put together from those of its parts. */
  energies(): Float64Array {
    return Float64Array.from(this.#energies);
  }

  #add(channels: readonly Float32Array[], from: number, to: number): void {
    this.#filters.forEach((filter, c) => {
      if (filter === undefined) return;
      const square = this.#weights[c]! * filter.squareSum(channels[c]!, from, to);
      this.#begun += square;
      this.#all += square;
    });
  }
}

/** Integrated loudness from the energies of steps of 100 ms, gated. */
export function gatedLoudness(steps: ArrayLike<number>): number {
  if (steps.length < STEPS_PER_BLOCK) return lufs(mean(Float64Array.from(steps)));
  const blocks = new Float64Array(steps.length - STEPS_PER_BLOCK + 1);
  for (let i = 0; i < blocks.length; i++) {
    blocks[i] = (steps[i]! + steps[i + 1]! + steps[i + 2]! + steps[i + 3]!) / STEPS_PER_BLOCK;
  }
  const heard = blocks.filter((energy) => lufs(energy) > ABSOLUTE_GATE);
  const gate = lufs(mean(heard)) + RELATIVE_GATE;
  return lufs(mean(heard.filter((energy) => lufs(energy) > gate)));
}

function lufs(energy: number): number {
  return OFFSET + 10 * Math.log10(energy);
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The two filters of BS.1770 annex 1 in a row, with their state. Hand-unrolled: it runs over every sample. */
class KWeighting {
  readonly #shelf: Coefficients;
  readonly #high: Coefficients;
  readonly #state = new Float64Array(4);

  constructor(sampleRate: number) {
    this.#shelf = highShelf(sampleRate);
    this.#high = rumbleFilter(sampleRate);
  }

  squareSum(samples: Float32Array, from: number, to: number): number {
    const { b0, b1, b2, a1, a2 } = this.#shelf;
    const high = this.#high;
    let [s1 = 0, s2 = 0, t1 = 0, t2 = 0] = this.#state;
    let sum = 0;
    for (let i = from; i < to; i++) {
      const x = samples[i]!;
      const y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      const z = high.b0 * y + t1;
      t1 = high.b1 * y - high.a1 * z + t2;
      t2 = high.b2 * y - high.a2 * z;
      sum += z * z;
    }
    this.#state.set([s1, s2, t1, t2]);
    return sum;
  }
}

/**
 * The analogue prototypes behind the 48 kHz coefficients of BS.1770 annex 1, so that any rate can be filtered.
 * Source: B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement" (2018).
 */
function highShelf(sampleRate: number): Coefficients {
  const k = Math.tan((Math.PI * 1681.9744509555319) / sampleRate);
  const q = 0.7071752369554196;
  const vh = 10 ** (3.999843853973347 / 20);
  const vb = vh ** 0.4996667741545416;
  const square = k * k;
  return normalise(
    [vh + (vb * k) / q + square, 2 * (square - vh), vh - (vb * k) / q + square],
    [1 + k / q + square, 2 * (square - 1), 1 - k / q + square],
  );
}

function rumbleFilter(sampleRate: number): Coefficients {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  // The standard leaves the numerator at 1, −2, 1.
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}
