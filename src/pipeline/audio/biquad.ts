/** Normalised second-order section (a0 = 1). */
export interface Coefficients {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** A second-order filter with its state, in transposed direct form II; one per channel. */
export class Biquad {
  readonly #c: Coefficients;
  #s1 = 0;
  #s2 = 0;

  constructor(coefficients: Coefficients) {
    this.#c = coefficients;
  }

  /** The next output sample. */
  step(x: number): number {
    const { b0, b1, b2, a1, a2 } = this.#c;
    const y = b0 * x + this.#s1;
    this.#s1 = b1 * x - a1 * y + this.#s2;
    this.#s2 = b2 * x - a2 * y;
    return y;
  }
}

const BUTTERWORTH_Q = Math.SQRT1_2;

/** Second-order high-pass at `frequency` Hz. Source: R. Bristow-Johnson, Audio EQ Cookbook. */
export function highPass(sampleRate: number, frequency: number, q = BUTTERWORTH_Q): Coefficients {
  const w = (2 * Math.PI * frequency) / sampleRate;
  const cos = Math.cos(w);
  const alpha = Math.sin(w) / (2 * q);
  return normalise([(1 + cos) / 2, -(1 + cos), (1 + cos) / 2], [1 + alpha, -2 * cos, 1 - alpha]);
}

/** Second-order low-pass at `frequency` Hz. Source: as {@link highPass}. */
export function lowPass(sampleRate: number, frequency: number, q = BUTTERWORTH_Q): Coefficients {
  const w = (2 * Math.PI * frequency) / sampleRate;
  const cos = Math.cos(w);
  const alpha = Math.sin(w) / (2 * q);
  return normalise([(1 - cos) / 2, 1 - cos, (1 - cos) / 2], [1 + alpha, -2 * cos, 1 - alpha]);
}

type Three = readonly [number, number, number];

/** Divides by a0. */
export function normalise([b0, b1, b2]: Three, [a0, a1, a2]: Three): Coefficients {
  return { b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: a1 / a0, a2: a2 / a0 };
}
