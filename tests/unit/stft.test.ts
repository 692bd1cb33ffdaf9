import { createFft } from '@octavia/pipeline/audio/fft';
import { createStft } from '@octavia/pipeline/audio/stft';
import { describe, expect, it } from 'vitest';
import { noise, random, sine } from '../support/sound/signals.ts';

const errorDb = (found: Float32Array, wanted: Float32Array): number => {
  let [error, power] = [0, 0];
  wanted.forEach((x, i) => {
    error += ((found[i] ?? 0) - x) ** 2;
    power += x * x;
  });
  return 10 * Math.log10(error / power);
};

describe('FFT', () => {
  it.each([1, 2, 3, 4, 5, 12, 30, 125, 512, 7680])('gives the sum that defines it, size %i', (size) => {
    const next = random(size);
    const re = Float64Array.from({ length: size }, () => next() - 0.5);
    const im = Float64Array.from({ length: size }, () => next() - 0.5);
    const [x, y] = [re.slice(), im.slice()];
    const fft = createFft(size);
    fft.forward(re, im);
    for (const k of [0, 1, 2, 7, size >> 1, size - 1].filter((bin) => bin < size)) {
      let [sumRe, sumIm] = [0, 0];
      for (let n = 0; n < size; n++) {
        const turn = (-2 * Math.PI * ((k * n) % size)) / size;
        sumRe += (x[n] ?? 0) * Math.cos(turn) - (y[n] ?? 0) * Math.sin(turn);
        sumIm += (x[n] ?? 0) * Math.sin(turn) + (y[n] ?? 0) * Math.cos(turn);
      }
      expect(Math.hypot((re[k] ?? 0) - sumRe, (im[k] ?? 0) - sumIm)).toBeLessThan(1e-10);
    }
    fft.inverse(re, im);
    expect(Math.max(...re.map((value, i) => Math.abs(value - (x[i] ?? 0))))).toBeLessThan(1e-12);
    expect(Math.max(...im.map((value, i) => Math.abs(value - (y[i] ?? 0))))).toBeLessThan(1e-12);
  });

  it('takes no other sizes', () => {
    expect(() => createFft(7)).toThrow(RangeError);
  });
});

describe('STFT', () => {
  const [size, hop] = [7680, 1024];
  const stft = createStft(size, hop);

  it('gives back what went in, to −90 dB and better, in both channels apart', () => {
    const samples = hop * 63;
    const left = noise(samples / 1000, 1000, 0.5, 1);
    const right = noise(samples / 1000, 1000, 0.1, 2);
    const spectrum = stft.analyse(left, right, size / 2 + 1);
    expect(spectrum.frames).toBe(64);
    const [a, b] = stft.synthesise(spectrum, samples);
    expect(errorDb(a, left)).toBeLessThan(-90);
    expect(errorDb(b, right)).toBeLessThan(-90);
  });

  it('puts a tone where it belongs, at its level, in the channel it is in', () => {
    const rate = 44_100;
    const bin = 200;
    const tone = sine(1, rate, (bin * rate) / size, 0.5);
    const { data, bins, frames } = stft.analyse(tone, new Float32Array(rate), 3072);
    const level = (plane: number, at: number): number => {
      const first = (2 * plane * bins + at) * frames + 20;
      return Math.hypot(data[first] ?? 0, data[first + bins * frames] ?? 0);
    };
    // A Hann window sums to half its size, and a real tone shows half of its amplitude.
    expect(level(0, bin) / (0.5 * 0.5 * 0.5 * size)).toBeCloseTo(1, 3);
    expect(level(0, bin + 3) / level(0, bin)).toBeLessThan(1e-3);
    expect(level(1, bin)).toBeLessThan(1e-3);
  });

  it('loses only the bins that are not kept', () => {
    const rate = 44_100;
    const low = sine(2, rate, 3000, 0.4);
    const both = low.map((x, i) => x + 0.4 * Math.sin((2 * Math.PI * 20_000 * i) / rate));
    const [left] = stft.synthesise(stft.analyse(both, both, 3072), both.length);
    const inside = (samples: Float32Array) => samples.slice(size, -2 * size);
    expect(errorDb(inside(left), inside(low))).toBeLessThan(-50);
  });
});
