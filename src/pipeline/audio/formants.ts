import { resample } from './resample.ts';

/** Speech band of the first four formants of any adult. */
const RATE = 10_000;
const ORDER = 10;
const WINDOW_SECONDS = 0.03;
const HOP_SECONDS = 0.02;
const MOST_SECONDS = 20;
const GATE_DB = 25;

/**
 * Mean spacing of the formants in Hz, which the length of the vocal tract sets (c / 2L): about 1030 for men and
 * 1180 for women, whatever pitch they speak at. Undefined when too little of it is voiced.
 *
 * Linear prediction by Burg's method per frame, peaks of the envelope as formants, spacing by least squares of
 * F_i = (i − ½) Δ over the frames' medians (Fitch 1997, "Vocal tract length and formant frequency dispersion").
 * @param pieces mono stretches of one speaker
 */
export function measureFormants(pieces: readonly Float32Array[], sampleRate: number): number | undefined {
  const spacings: number[] = [];
  let left = MOST_SECONDS * sampleRate;
  for (const piece of pieces) {
    if (left <= 0) break;
    spacings.push(...frameSpacings(resample(piece.subarray(0, left), sampleRate, RATE)));
    left -= piece.length;
  }
  if (spacings.length < 10) return undefined;
  spacings.sort((a, b) => a - b);
  return spacings[Math.floor(spacings.length / 2)];
}

function frameSpacings(samples: Float32Array): number[] {
  const width = Math.round(WINDOW_SECONDS * RATE);
  const frames: Float64Array[] = [];
  for (let at = 1; at + width < samples.length; at += HOP_SECONDS * RATE) {
    frames.push(
      Float64Array.from({ length: width }, (_, i) => {
        const hamming = 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (width - 1));
        return hamming * (samples[at + i]! - 0.97 * samples[at + i - 1]!);
      }),
    );
  }
  const powers = frames.map((frame) => frame.reduce((sum, x) => sum + x * x, 0));
  const gate = powers.reduce((most, power) => Math.max(most, power), 0) * 10 ** (-GATE_DB / 10);
  return frames
    .filter((_, i) => powers[i]! > Math.max(gate, 1e-7))
    .map((frame) => spacing(envelopePeaks(burg(frame, ORDER))))
    .filter((value) => value !== undefined);
}

/** Least squares of the third and fourth formant's place: the first two say more about the vowel. */
function spacing(formants: readonly number[]): number | undefined {
  const [, , f3, f4] = formants;
  if (f3 === undefined || f4 === undefined || f3 < 2000 || f3 > 3600 || f4 < 2900) return undefined;
  return (2.5 * f3 + 3.5 * f4) / (2.5 ** 2 + 3.5 ** 2);
}

/** Coefficients a1…aN of the prediction error filter. Source: J. P. Burg 1975. */
function burg(frame: Float64Array, order: number): Float64Array {
  const forward = frame.slice();
  const backward = frame.slice();
  let a = new Float64Array([1]);
  for (let m = 1; m <= order; m++) {
    let cross = 0;
    let total = 0;
    for (let i = m; i < frame.length; i++) {
      const f = forward[i]!;
      const b = backward[i - 1]!;
      cross += f * b;
      total += f * f + b * b;
    }
    const k = total > 0 ? (-2 * cross) / total : 0;
    const previous = a;
    a = Float64Array.from({ length: m + 1 }, (_, i) => previous[i]! + k * previous[m - i]!);
    for (let i = frame.length - 1; i >= m; i--) {
      const f = forward[i]!;
      const b = backward[i - 1]!;
      forward[i] = f + k * b;
      backward[i] = b + k * f;
    }
  }
  return a;
}

/** Frequencies in Hz at which the all-pole envelope peaks, in order. */
function envelopePeaks(a: Float64Array): number[] {
  const BINS = 250;
  const level = Float64Array.from({ length: BINS }, (_, bin) => {
    let re = 0;
    let im = 0;
    a.forEach((coefficient, n) => {
      const angle = (Math.PI * bin * n) / BINS;
      re += coefficient * Math.cos(angle);
      im -= coefficient * Math.sin(angle);
    });
    return -Math.log(re * re + im * im + 1e-12);
  });
  const peaks: number[] = [];
  for (let bin = 10; bin < BINS - 2; bin++) {
    const here = level[bin]!;
    if (here > level[bin - 1]! && here >= level[bin + 1]!) peaks.push((bin * RATE) / 2 / BINS);
  }
  return peaks;
}
