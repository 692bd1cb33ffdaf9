/** Radices from the cheapest per point; sizes are products of them. */
const RADICES = [4, 2, 3, 5] as const;

/** The discrete Fourier transform of complex sequences of one length. */
export interface Fft {
  readonly size: number;
  /** Transforms in place, unscaled: X[k] = Σ x[n]·e^(−2πikn/N). */
  forward(re: Float64Array, im: Float64Array): void;
  /** The inverse, in place, scaled by 1/N. */
  inverse(re: Float64Array, im: Float64Array): void;
}

/**
 * A self-sorting mixed-radix FFT (T. G. Stockham, "High-speed convolution and correlation", AFIPS 1966; in the
 * form of C. Van Loan, "Computational Frameworks for the Fast Fourier Transform", 1992, §1.7).
 * @param size a product of 2, 3 and 5 @throws RangeError for any other
 */
export function createFft(size: number): Fft {
  const passes = passesFor(size);
  const [spareRe, spareIm] = [new Float64Array(size), new Float64Array(size)];
  const transform = (re: Float64Array, im: Float64Array): void => {
    passes.forEach((pass, index) => {
      const run = pass.radix === 4 ? byFour : pass.radix === 2 ? byTwo : byOdd;
      if (index % 2 === 0) run(pass, re, im, spareRe, spareIm);
      else run(pass, spareRe, spareIm, re, im);
    });
    if (passes.length % 2 === 0) return;
    re.set(spareRe);
    im.set(spareIm);
  };
  return {
    size,
    forward: transform,
    inverse(re, im) {
      // Real and imaginary part exchanged, a transform forward is one backward.
      transform(im, re);
      for (let i = 0; i < size; i++) {
        re[i]! /= size;
        im[i]! /= size;
      }
    },
  };
}

/** One pass: `groups` butterflies of `radix` points, each for `stride` interleaved sequences. */
interface Pass {
  readonly radix: number;
  readonly groups: number;
  readonly stride: number;
  /** e^(−2πi·group·k / (groups·radix)) for each group and k. */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

function passesFor(size: number): Pass[] {
  const passes: Pass[] = [];
  let length = size;
  while (length > 1) {
    const radix = RADICES.find((candidate) => length % candidate === 0);
    if (radix === undefined) throw new RangeError(`${size} is not a product of 2, 3 and 5.`);
    const groups = length / radix;
    const angle = (i: number): number => (-2 * Math.PI * Math.floor(i / radix) * (i % radix)) / length;
    passes.push({
      radix,
      groups,
      stride: size / length,
      cos: Float64Array.from({ length }, (_, i) => Math.cos(angle(i))),
      sin: Float64Array.from({ length }, (_, i) => Math.sin(angle(i))),
    });
    length = groups;
  }
  return passes;
}

function byFour(
  { groups, stride, cos, sin }: Pass,
  fromRe: Float64Array,
  fromIm: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const apart = groups * stride;
  for (let group = 0; group < groups; group++) {
    const w = group * 4;
    for (let lane = 0; lane < stride; lane++) {
      const from = group * stride + lane;
      const to = w * stride + lane;
      const b = from + apart;
      const c = b + apart;
      const d = c + apart;
      const sumRe = at(fromRe, from) + at(fromRe, c);
      const sumIm = at(fromIm, from) + at(fromIm, c);
      const difRe = at(fromRe, from) - at(fromRe, c);
      const difIm = at(fromIm, from) - at(fromIm, c);
      const oddRe = at(fromRe, b) + at(fromRe, d);
      const oddIm = at(fromIm, b) + at(fromIm, d);
      // The other difference, turned by −i.
      const turnRe = at(fromIm, b) - at(fromIm, d);
      const turnIm = at(fromRe, d) - at(fromRe, b);
      toRe[to] = sumRe + oddRe;
      toIm[to] = sumIm + oddIm;
      put(toRe, toIm, to + stride, difRe + turnRe, difIm + turnIm, at(cos, w + 1), at(sin, w + 1));
      put(toRe, toIm, to + 2 * stride, sumRe - oddRe, sumIm - oddIm, at(cos, w + 2), at(sin, w + 2));
      put(toRe, toIm, to + 3 * stride, difRe - turnRe, difIm - turnIm, at(cos, w + 3), at(sin, w + 3));
    }
  }
}

function byTwo(
  { groups, stride, cos, sin }: Pass,
  fromRe: Float64Array,
  fromIm: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const apart = groups * stride;
  for (let group = 0; group < groups; group++) {
    const w = group * 2;
    for (let lane = 0; lane < stride; lane++) {
      const a = group * stride + lane;
      const b = a + apart;
      const to = w * stride + lane;
      toRe[to] = at(fromRe, a) + at(fromRe, b);
      toIm[to] = at(fromIm, a) + at(fromIm, b);
      const difRe = at(fromRe, a) - at(fromRe, b);
      const difIm = at(fromIm, a) - at(fromIm, b);
      put(toRe, toIm, to + stride, difRe, difIm, at(cos, w + 1), at(sin, w + 1));
    }
  }
}

/** 3 and 5: points that mirror each other are added and subtracted first, which halves the products. */
function byOdd(
  { radix, groups, stride, cos, sin }: Pass,
  fromRe: Float64Array,
  fromIm: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const apart = groups * stride;
  const half = (radix - 1) / 2;
  const turn = (2 * Math.PI) / radix;
  for (let k = 0; k <= half; k++) {
    const c1 = Math.cos(turn * k);
    const s1 = Math.sin(turn * k);
    const c2 = half === 2 ? Math.cos(2 * turn * k) : 0;
    const s2 = half === 2 ? Math.sin(2 * turn * k) : 0;
    for (let group = 0; group < groups; group++) {
      const w = group * radix + k;
      const v = group * radix + radix - k;
      for (let lane = 0; lane < stride; lane++) {
        const a = group * stride + lane;
        const b = a + apart;
        const y = a + (radix - 1) * apart;
        const c = half === 2 ? b + apart : b;
        const x = half === 2 ? y - apart : y;
        const re =
          at(fromRe, a) + c1 * (at(fromRe, b) + at(fromRe, y)) + c2 * (at(fromRe, c) + at(fromRe, x));
        const im =
          at(fromIm, a) + c1 * (at(fromIm, b) + at(fromIm, y)) + c2 * (at(fromIm, c) + at(fromIm, x));
        const acrossRe = s1 * (at(fromIm, b) - at(fromIm, y)) + s2 * (at(fromIm, c) - at(fromIm, x));
        const acrossIm = s1 * (at(fromRe, y) - at(fromRe, b)) + s2 * (at(fromRe, x) - at(fromRe, c));
        put(toRe, toIm, w * stride + lane, re + acrossRe, im + acrossIm, at(cos, w), at(sin, w));
        if (k === 0) continue;
        put(toRe, toIm, v * stride + lane, re - acrossRe, im - acrossIm, at(cos, v), at(sin, v));
      }
    }
  }
}

const at = (values: Float64Array, index: number): number => values[index]!;

/** Stores x times the twiddle factor c + is. */
function put(
  toRe: Float64Array,
  toIm: Float64Array,
  to: number,
  re: number,
  im: number,
  c: number,
  s: number,
): void {
  toRe[to] = re * c - im * s;
  toIm[to] = re * s + im * c;
}
