import { Biquad, lowPass } from './biquad.ts';

/** How high and how lively someone speaks. */
export interface Pitch {
  /** Hz. */
  readonly median: number;
  /** From the 10th to the 90th percentile, in semitones. */
  readonly range: number;
  /** Seconds of voiced speech it was measured on. */
  readonly voiced: number;
}

/** Median F0 of adult voices in read speech, in Hz (Titze 1994). */
export const USUAL_F0 = { female: 205, male: 115 } as const;
/** The middle between them, in octaves. */
export const BETWEEN_F0 = 155;

const LOWEST = 60;
const HIGHEST = 450;
const HOP_SECONDS = 0.01;
/** Two periods of the lowest voice. */
const WINDOW_SECONDS = 0.034;
/** Aperiodicity below which a frame is voiced (YIN step 4 uses 0.1 to 0.15). */
const VOICED = 0.15;
/** Frames this far below the loudest are silence or neighbours' leakage. */
const GATE_DB = 30;
/** Enough to know a voice; more only costs time. */
const MOST_SECONDS = 40;

/**
 * Median and range of the fundamental frequency, by YIN (A. de Cheveigné, H. Kawahara, "YIN, a fundamental
 * frequency estimator for speech and music", JASA 111, 2002; steps 1–5). Undefined when fewer than 0.1 s are
 * voiced.
 * @param pieces mono stretches of one speaker
 */
export function measurePitch(pieces: readonly Float32Array[], sampleRate: number): Pitch | undefined {
  const found: number[] = [];
  let left = MOST_SECONDS * sampleRate;
  for (const piece of pieces) {
    if (left <= 0) break;
    found.push(...trackF0(piece.subarray(0, left), sampleRate));
    left -= piece.length;
  }
  if (found.length * HOP_SECONDS < 0.1) return undefined;
  found.sort((a, b) => a - b);
  const at = (share: number): number => found[Math.min(found.length - 1, Math.floor(share * found.length))]!;
  return {
    median: at(0.5),
    range: 12 * Math.log2(at(0.9) / at(0.1)),
    voiced: found.length * HOP_SECONDS,
  };
}

/** F0 in Hz of the voiced frames, every 10 ms. */
function trackF0(samples: Float32Array, sampleRate: number): number[] {
  const step = Math.max(1, Math.floor(sampleRate / 8000));
  const rate = sampleRate / step;
  const low = new Biquad(lowPass(sampleRate, 900));
  const thin = new Float32Array(Math.floor(samples.length / step));
  for (let i = 0; i < thin.length * step; i++) {
    const y = low.step(samples[i]!);
    if (i % step === 0) thin[i / step] = y;
  }
  const window = Math.round(WINDOW_SECONDS * rate);
  const longest = Math.ceil(rate / LOWEST);
  const starts: number[] = [];
  for (let at = 0; at + window + longest < thin.length; at += Math.round(HOP_SECONDS * rate)) starts.push(at);
  const powers = starts.map((at) => power(thin, at, window));
  const gate = powers.reduce((most, p) => Math.max(most, p), 0) * 10 ** (-GATE_DB / 10);
  return starts
    .filter((_, i) => powers[i]! > Math.max(gate, 1e-9))
    .map((at) => pitchAt(thin, at, window, rate, longest))
    .filter((f0) => f0 !== undefined);
}

function power(samples: Float32Array, at: number, window: number): number {
  let sum = 0;
  for (let i = at; i < at + window; i++) sum += samples[i]! ** 2;
  return sum / window;
}

/** One frame: the first dip of the cumulative mean normalised difference below the voicing threshold. */
function pitchAt(
  samples: Float32Array,
  at: number,
  window: number,
  rate: number,
  longest: number,
): number | undefined {
  const normalised = new Float64Array(longest + 1).fill(1);
  let sum = 0;
  for (let lag = 1; lag <= longest; lag++) {
    let difference = 0;
    for (let i = at; i < at + window; i++) difference += (samples[i]! - samples[i + lag]!) ** 2;
    sum += difference;
    normalised[lag] = sum > 0 ? (difference * lag) / sum : 1;
  }
  let lag = Math.floor(rate / HIGHEST);
  while (lag <= longest && normalised[lag]! >= VOICED) lag++;
  while (lag < longest && normalised[lag + 1]! < normalised[lag]!) lag++;
  if (lag >= longest) return undefined;
  return rate / (lag + vertex(normalised[lag - 1]!, normalised[lag]!, normalised[lag + 1]!));
}

/** Offset of the lowest point of the parabola through three neighbours. */
function vertex(before: number, here: number, after: number): number {
  const curve = before - 2 * here + after;
  return curve <= 0 ? 0 : (before - after) / (2 * curve);
}
