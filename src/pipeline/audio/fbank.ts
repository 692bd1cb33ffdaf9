import { createFft } from './fft.ts';

const SAMPLE_RATE = 16_000;
const FRAME = 400;
const HOP = 160;
const FFT_SIZE = 512;
export const FBANK_BINS = 80;
const LOWEST_HZ = 20;
const HIGHEST_HZ = SAMPLE_RATE / 2;
const PREEMPHASIS = 0.97;
/** The smallest step of a 32-bit float at 1, under which Kaldi takes no logarithm. */
const FLOOR = 1.1920929e-7;

/** Seconds from one frame to the next. */
export const FBANK_STEP = HOP / SAMPLE_RATE;

/**
 * Log-mel filter-bank energies as Kaldi computes them (feature-window.cc, mel-computations.cc; D. Povey et al.,
 * "The Kaldi Speech Recognition Toolkit", ASRU 2011) with the settings WeSpeaker was trained on: 25 ms frames
 * every 10 ms, no offset, pre-emphasis 0.97, Hamming window, 80 triangles from 20 Hz to 8 kHz, no dither.
 * @param samples mono, 16 kHz, −1…1
 * @returns row by row, FBANK_BINS values for each frame that lies wholly within the sound
 */
export function fbank(samples: Float32Array): Float32Array {
  const frames = Math.max(0, 1 + Math.floor((samples.length - FRAME) / HOP));
  const rows = new Float32Array(frames * FBANK_BINS);
  const fft = createFft(FFT_SIZE);
  const re = new Float64Array(FFT_SIZE);
  const im = new Float64Array(FFT_SIZE);
  for (let frame = 0; frame < frames; frame++) {
    windowed(samples.subarray(frame * HOP, frame * HOP + FRAME), re);
    im.fill(0);
    fft.forward(re, im);
    for (const [bin, { first, weights }] of TRIANGLES.entries()) {
      let energy = 0;
      for (const [i, weight] of weights.entries()) {
        energy += weight * (re[first + i]! ** 2 + im[first + i]! ** 2);
      }
      rows[frame * FBANK_BINS + bin] = Math.log(Math.max(energy, FLOOR));
    }
  }
  return rows;
}

const HAMMING = Float64Array.from(
  { length: FRAME },
  (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (FRAME - 1)),
);

/** One frame at 16-bit scale, without its offset, emphasised and windowed, then silence up to the FFT's size. */
function windowed(frame: Float32Array, into: Float64Array): void {
  into.fill(0);
  let sum = 0;
  for (const x of frame) sum += x;
  const offset = sum / FRAME;
  const at = (i: number): number => 32_768 * (frame[i]! - offset);
  for (let i = 0; i < FRAME; i++) {
    into[i] = (at(i) - PREEMPHASIS * at(Math.max(0, i - 1))) * HAMMING[i]!;
  }
}

interface Triangle {
  /** First bin of the spectrum with a weight. */
  readonly first: number;
  readonly weights: readonly number[];
}

/** The mel scale of HTK and Kaldi. */
const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);

/** Triangles with equal sides in mel, each reaching to the centres of its neighbours. */
const TRIANGLES: readonly Triangle[] = Array.from({ length: FBANK_BINS }, (_, bin) => {
  const step = (mel(HIGHEST_HZ) - mel(LOWEST_HZ)) / (FBANK_BINS + 1);
  const left = mel(LOWEST_HZ) + bin * step;
  const all = Array.from({ length: FFT_SIZE / 2 }, (_, i) => {
    const at = mel((i * SAMPLE_RATE) / FFT_SIZE);
    return Math.max(0, Math.min((at - left) / step, (left + 2 * step - at) / step));
  });
  const first = all.findIndex((weight) => weight > 0);
  return { first, weights: all.slice(first, all.findLastIndex((weight) => weight > 0) + 1) };
});
