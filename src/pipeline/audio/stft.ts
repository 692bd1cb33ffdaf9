import { createFft } from './fft.ts';

/** Spectrum of a stereo sound: `[left re, left im, right re, right im][bin][frame]`, row-major. */
export interface StereoSpectrum {
  readonly data: Float32Array;
  /** Bins kept, from 0 Hz up; at most size / 2 + 1. */
  readonly bins: number;
  readonly frames: number;
}

export interface StereoStft {
  /** Number of frames for a sound of this many samples. */
  framesFor(samples: number): number;
  /** @param bins how many to keep, from 0 Hz up */
  analyse(left: Float32Array, right: Float32Array, bins: number): StereoSpectrum;
  /** Bins that were not kept are silent. @param samples length of the sound */
  synthesise(spectrum: StereoSpectrum, samples: number): readonly [Float32Array, Float32Array];
}

/**
 * Short-time Fourier transform of stereo sound and its inverse, as torch.stft and torch.istft define them with a
 * periodic Hann window and `center`: frame t is centred on sample t·hop, the sound is mirrored at its ends, the inverse
 * divides by the sum of squared windows (D. Griffin, J. Lim, "Signal estimation from modified short-time Fourier
 * transform", IEEE ASSP-32, 1984). Both channels go through one complex FFT.
 * @param size a product of 2, 3 and 5, even
 * @param hop at most half of it
 */
export function createStft(size: number, hop: number): StereoStft {
  const fft = createFft(size);
  const window = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size),
  );
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const framesFor = (samples: number): number => 1 + Math.floor(samples / hop);

  return {
    framesFor,
    analyse(left, right, bins) {
      const frames = framesFor(left.length);
      const data = new Float32Array(4 * bins * frames);
      const paddedLeft = mirrorEnds(left, size / 2);
      const paddedRight = left === right ? paddedLeft : mirrorEnds(right, size / 2);
      for (let frame = 0; frame < frames; frame++) {
        const first = frame * hop;
        for (let i = 0; i < size; i++) {
          const w = window[i]!;
          re[i] = paddedLeft[first + i]! * w;
          im[i] = paddedRight[first + i]! * w;
        }
        fft.forward(re, im);
        part({ re, im }, data, bins, frames, frame);
      }
      return { data, bins, frames };
    },
    synthesise(spectrum, samples) {
      const [left, right] = [new Float32Array(samples), new Float32Array(samples)];
      const weight = new Float32Array(samples);
      for (let frame = 0; frame < spectrum.frames; frame++) {
        join(spectrum, frame, re, im);
        fft.inverse(re, im);
        const first = frame * hop - size / 2;
        const end = Math.min(size, samples - first);
        for (let i = Math.max(0, -first); i < end; i++) {
          const w = window[i]!;
          left[first + i]! += w * re[i]!;
          right[first + i]! += w * im[i]!;
          weight[first + i]! += w * w;
        }
      }
      for (let i = 0; i < samples; i++) {
        const w = Math.max(weight[i]!, LEAST_WEIGHT);
        left[i]! /= w;
        right[i]! /= w;
      }
      return [left, right];
    },
  };
}

/** Hardly any window reaches past the last whole hop; do not amplify what is there. */
const LEAST_WEIGHT = 1e-3;

/** The sound with `reach` more samples at each end, mirrored about its first and its last one. */
function mirrorEnds(samples: Float32Array, reach: number): Float32Array {
  const period = Math.max(1, 2 * samples.length - 2);
  const padded = new Float32Array(samples.length + 2 * reach);
  for (let i = 0; i < padded.length; i++) {
    const within = (((i - reach) % period) + period) % period;
    padded[i] = samples[within < samples.length ? within : period - within]!;
  }
  return padded;
}

/** The spectra of the two real channels that went in as real and imaginary part. */
function part(
  { re, im }: { readonly re: Float64Array; readonly im: Float64Array },
  data: Float32Array,
  bins: number,
  frames: number,
  frame: number,
): void {
  const size = re.length;
  const plane = bins * frames;
  for (let bin = 0, at = frame; bin < bins; bin++, at += frames) {
    const mirror = (size - bin) % size;
    const a = re[bin]!;
    const b = im[bin]!;
    const c = re[mirror]!;
    const d = im[mirror]!;
    data[at] = (a + c) / 2;
    data[at + plane] = (b - d) / 2;
    data[at + 2 * plane] = (b + d) / 2;
    data[at + 3 * plane] = (c - a) / 2;
  }
}

/** The reverse of {@link part}: left + i·right, completed to the spectrum of real channels. */
function join(
  { data, bins, frames }: StereoSpectrum,
  frame: number,
  re: Float64Array,
  im: Float64Array,
): void {
  const size = re.length;
  const plane = bins * frames;
  re.fill(0);
  im.fill(0);
  for (let bin = 0, at = frame; bin < bins; bin++, at += frames) {
    const a = data[at]!;
    const b = data[at + plane]!;
    const c = data[at + 2 * plane]!;
    const d = data[at + 3 * plane]!;
    const mirror = (size - bin) % size;
    // 0 Hz and the highest bin are their own mirror, and real.
    re[mirror] = mirror === bin ? a : a + d;
    im[mirror] = mirror === bin ? c : c - b;
    if (mirror === bin) continue;
    re[bin] = a - d;
    im[bin] = b + c;
  }
}
