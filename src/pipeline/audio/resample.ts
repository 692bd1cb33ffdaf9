import { kaiser, sinc } from './kaiser.ts';

/** Zero crossings of the sinc to each side; with the window below, 0–0.91 of the band passes flat. */
const CROSSINGS = 24;
/** Stop band about −90 dB (Kaiser's formula: β = 0.1102 (A − 8.7)). */
const BETA = 9;
/** Where the filter is down by 6 dB, relative to the lower Nyquist frequency; the stop band then begins below it +4.5 %. */
const CUTOFF = 0.955;
/** Positions between two samples at which the filter is tabulated; between them it is interpolated. */
const PHASES = 512;

/**
 * Changes the sample rate by a windowed sinc (J. O. Smith, "Digital Audio Resampling"). No delay: sample `i`
 * of the result is the sound at `i / to` seconds.
 * @param samples mono @param from Hz @param to Hz
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const scale = Math.min(1, to / from) * CUTOFF;
  const reach = Math.ceil(CROSSINGS / scale);
  const table = filterTable(scale, reach);
  const width = 2 * reach;
  const result = new Float32Array(Math.round((samples.length * to) / from));
  for (let i = 0; i < result.length; i++) {
    const position = (i * from) / to;
    const centre = Math.floor(position);
    const phase = (position - centre) * PHASES;
    const row = Math.floor(phase);
    const blend = phase - row;
    const low = row * width;
    const first = centre - reach + 1;
    const begin = Math.max(0, -first);
    const end = Math.min(width, samples.length - first);
    let sum = 0;
    for (let k = begin; k < end; k++) {
      const a = table[low + k] ?? 0;
      sum += (samples[first + k] ?? 0) * (a + blend * ((table[low + width + k] ?? 0) - a));
    }
    result[i] = sum;
  }
  return result;
}

/** Row by row the filter for each phase; one row more than phases, so that the last can be blended. */
function filterTable(scale: number, reach: number): Float64Array {
  const width = 2 * reach;
  const table = new Float64Array((PHASES + 1) * width);
  for (let row = 0; row <= PHASES; row++) {
    for (let k = 0; k < width; k++) {
      const x = k - reach + 1 - row / PHASES;
      table[row * width + k] = scale * sinc(scale * x) * kaiser(x / reach, BETA);
    }
  }
  return table;
}
