import { decodePcm, encodePcm } from '@octavia/pipeline/audio/codec';
import { measurePitch } from '@octavia/pipeline/audio/f0';
import { fadeEdges } from '@octavia/pipeline/audio/fade';
import { resample } from '@octavia/pipeline/audio/resample';
import { describe, expect, it } from 'vitest';
import { burst, noise, silence, sine } from '../support/sound/signals.ts';

/** Root mean square in dB, edges left out. */
function level(samples: Float32Array): number {
  const inner = samples.subarray(400, -400);
  return 10 * Math.log10(inner.reduce((sum, x) => sum + x * x, 0) / inner.length);
}

describe('resample', () => {
  it.each([
    [22050, 48000],
    [16000, 44100],
    [22050, 44100],
    [48000, 16000],
    [44100, 22050],
    [44100, 47999],
  ])('keeps a tone of the pass band, sample by sample, %i → %i Hz', (from, to) => {
    const frequency = 0.4 * Math.min(from, to);
    const result = resample(sine(0.5, from, frequency, 0.5), from, to);
    const wanted = sine(0.5, to, frequency, 0.5);
    expect(result.length).toBe(Math.round((0.5 * from * to) / from));
    const error = result.map((x, i) => x - (wanted[i] ?? 0));
    expect(level(error)).toBeLessThan(-85);
  });

  it('suppresses what the lower rate cannot hold by 80 dB', () => {
    expect(level(resample(sine(0.5, 48000, 9000, 1), 48000, 16000))).toBeLessThan(-80);
    expect(level(resample(sine(0.5, 48000, 20000, 1), 48000, 22050))).toBeLessThan(-80);
  });

  it('adds no image when the rate rises', () => {
    const up = resample(sine(0.5, 22050, 8000, 0.5), 22050, 48000);
    const known = sine(0.5, 48000, 8000, 0.5);
    expect(level(up.map((x, i) => x - (known[i] ?? 0)))).toBeLessThan(-85);
  });

  it('takes nothing and a few samples', () => {
    expect(resample(new Float32Array(0), 22050, 48000)).toHaveLength(0);
    expect(resample(new Float32Array([1, 1, 1]), 22050, 48000)).toHaveLength(7);
  });
});

describe('measurePitch', () => {
  it.each([75, 110, 165, 220, 380])('finds a steady %i Hz', (f0) => {
    const pitch = measurePitch([burst(1, 16000, { f0 })], 16000);
    expect(Math.abs(12 * Math.log2((pitch?.median ?? 1) / f0))).toBeLessThan(0.2);
    expect(pitch?.range).toBeLessThan(0.5);
  });

  it('measures a glide of an octave as 80 % of 12 semitones', () => {
    const rate = 16000;
    let phase = 0;
    const glide = silence(4, rate).map((_, i) => {
      phase += (2 * Math.PI * 110 * 2 ** (i / (4 * rate))) / rate;
      return 0.2 * (Math.sin(phase) + Math.sin(2 * phase) / 2 + Math.sin(3 * phase) / 3);
    });
    const pitch = measurePitch([glide], rate);
    expect(Math.abs((pitch?.range ?? 0) - 9.6)).toBeLessThan(0.3);
    expect(Math.abs((pitch?.median ?? 0) - 110 * Math.SQRT2)).toBeLessThan(3);
  });

  it('hears none in hiss and in silence', () => {
    expect(measurePitch([noise(1, 16000, 0.3, 1)], 16000)).toBeUndefined();
    expect(measurePitch([silence(1, 16000)], 16000)).toBeUndefined();
    expect(measurePitch([], 16000)).toBeUndefined();
  });
});

describe('encodePcm, decodePcm', () => {
  it('returns the sound within 16 bits, also beyond full scale', () => {
    const pcm = { sampleRate: 22050, channels: [noise(0.1, 22050, 1.6, 7)] };
    const back = decodePcm(encodePcm(pcm));
    expect(back?.sampleRate).toBe(22050);
    const errors = back?.channels[0]?.map((x, i) => Math.abs(x - (pcm.channels[0]?.[i] ?? 0)));
    expect(Math.max(...(errors ?? [1]))).toBeLessThan(1.6 / 32767);
  });

  it('refuses what it did not write', () => {
    const bytes = encodePcm({ sampleRate: 16000, channels: [silence(0.1, 16000)] });
    expect(decodePcm(bytes.subarray(0, 100))).toBeUndefined();
    expect(decodePcm(new Uint8Array(40))).toBeUndefined();
    expect(decodePcm(new Uint8Array(0))).toBeUndefined();
  });
});

describe('fadeEdges', () => {
  it('brings both ends near zero and leaves the middle', () => {
    const samples = new Float32Array(1000).fill(1);
    fadeEdges(samples, 100, 200);
    expect(samples[0]).toBeLessThan(0.001);
    expect(samples.at(-1)).toBeLessThan(0.001);
    expect(samples[500]).toBe(1);
  });

  it('takes fades longer than the sound', () => {
    const samples = new Float32Array(10).fill(1);
    fadeEdges(samples, 100, 100);
    expect(Math.max(...samples)).toBeLessThanOrEqual(1);
  });
});
