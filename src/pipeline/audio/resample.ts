import { kaiser, sinc } from './kaiser.ts';

/** Zero crossings of the sinc to each side. */
const CROSSINGS = 24;
/** Stop band about −90 dB (Kaiser's formula: β = 0.1102 (A − 8.7)). */
const BETA = 9;
/** Where the filter is down by 6 dB, relative to the lower Nyquist frequency; the pass band is flat up to 0.88. */
const CUTOFF = 0.955;
/** Positions between two samples at which the filter is tabulated, when the rates have no simpler ratio. */
const MOST_PHASES = 1024;

/** Changes the rate of mono sound. No delay: sample `i` of the result is the sound at `i / to` seconds. */
export type Resampler = (samples: Float32Array) => Float32Array;

/** {@link createResampler} for a single use. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  return createResampler(from, to)(samples);
}

/**
 * A windowed-sinc resampler (J. O. Smith, "Digital Audio Resampling"); exact where the rates' ratio is simple, else at
 * the nearest of 1024 positions, blended.
 * @param from Hz
 * @param to Hz
 */
export function createResampler(from: number, to: number): Resampler {
  if (from === to) return (samples) => samples;
  const scale = Math.min(1, to / from) * CUTOFF;
  const reach = Math.ceil(CROSSINGS / scale);
  const pattern = to / commonDivisor(from, to);
  const exact = pattern <= MOST_PHASES;
  const phases = exact ? pattern : MOST_PHASES;
  const table = filterTable(scale, reach, phases);
  const filter = exact ? dotAt : blendedAt;
  return (samples) => {
    const result = new Float32Array(Math.round((samples.length * to) / from));
    for (let i = 0; i < result.length; i++) {
      const position = (i * from) / to;
      const centre = Math.floor(position);
      const phase = exact ? Math.round((position - centre) * phases) : (position - centre) * phases;
      result[i] = filter(samples, centre - reach + 1, table, phase, 2 * reach);
    }
    return result;
  };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Sum of the samples from `first` on, weighted by one row of the table. */
function dotAt(
  samples: Float32Array,
  first: number,
  table: Float64Array,
  row: number,
  width: number,
): number {
  const low = row * width;
  const end = Math.min(width, samples.length - first);
  let sum = 0;
  for (let k = Math.max(0, -first); k < end; k++) sum += samples[first + k]! * table[low + k]!;
  return sum;
}

function blendedAt(
  samples: Float32Array,
  first: number,
  table: Float64Array,
  phase: number,
  width: number,
): number {
  const row = Math.floor(phase);
  const a = dotAt(samples, first, table, row, width);
  return a + (phase - row) * (dotAt(samples, first, table, row + 1, width) - a);
}

/** Row by row the filter for each phase; one row more than phases, so that the last can be blended. */
function filterTable(scale: number, reach: number, phases: number): Float64Array {
  const width = 2 * reach;
  const table = new Float64Array((phases + 1) * width);
  for (let row = 0; row <= phases; row++) {
    for (let k = 0; k < width; k++) {
      const x = k - reach + 1 - row / phases;
      table[row * width + k] = scale * sinc(scale * x) * kaiser(x / reach, BETA);
    }
  }
  return table;
}
