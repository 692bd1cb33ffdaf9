import { amplitude, decibels, integratedLoudness } from '@octavia/pipeline/audio/loudness';
import { limitTruePeak } from '@octavia/pipeline/audio/limiter';
import { resample } from '@octavia/pipeline/audio/resample';
import { truePeak } from '@octavia/pipeline/audio/true-peak';
import { describe, expect, it } from 'vitest';
import { ebur128 } from '../support/sound/ffmpeg.ts';
import { burst, mixInto, noise, silence, sine } from '../support/sound/signals.ts';

/** Speech-like bursts of changing level with pauses, so that both gates matter. */
function programme(rate: number, seed: number): Float32Array<ArrayBuffer> {
  const track = noise(8, rate, 0.0005, seed);
  [0.5, 2.1, 3.2, 5.6].forEach((at, i) => {
    mixInto(track, burst(1.1, rate, { amplitude: 0.1 + 0.12 * i, f0: 110 + 30 * seed }), at, rate);
  });
  return track;
}

/** Noise up to 0.85 of the Nyquist frequency: beyond, every meter's filter gives another peak. */
function hiss(seconds: number, rate: number, level: number): Float32Array {
  const lower = Math.round(0.85 * rate);
  return resample(noise(seconds, lower, level, 5), lower, rate);
}

describe('integratedLoudness', () => {
  it('gives −3.01 LUFS for a full-scale 997 Hz sine in one channel (BS.1770)', () => {
    expect(integratedLoudness([sine(2, 48000, 997, 1)], 48000)).toBeCloseTo(-3.01, 1);
  });

  it.each([
    [8000, 1],
    [11025, 2],
    [22050, 1],
    [44100, 2],
    [48000, 2],
    [48000, 6],
    [96000, 2],
  ])('agrees with ffmpeg within 0.1 LU at %i Hz, %i channels', (rate, count) => {
    const channels = Array.from({ length: count }, (_, c) => programme(rate, c + 1));
    const ours = integratedLoudness(channels, rate);
    expect(Math.abs(ours - ebur128(channels, rate).lufs)).toBeLessThanOrEqual(0.1);
  });

  it('weighs the channels of 7.1: LFE silent, sides 1.41, back 1', () => {
    const tone = sine(1, 48000, 997, 0.1);
    const only = (index: number) =>
      integratedLoudness(
        Array.from({ length: 8 }, (_, c) => (c === index ? tone : silence(1, 48000))),
        48000,
      );
    expect(only(3)).toBe(-Infinity);
    expect(only(6) - only(0)).toBeCloseTo(1.49, 1);
    expect(only(4)).toBeCloseTo(only(0), 6);
  });

  it('measures a range and a word shorter than a gating block', () => {
    const track = programme(48000, 1);
    const piece = track.slice(24000, 36000);
    expect(integratedLoudness([track], 48000, 24000, 36000)).toBe(integratedLoudness([piece], 48000));
    expect(integratedLoudness([piece], 48000)).toBeGreaterThan(-40);
  });

  it('is −Infinity for silence and for nothing', () => {
    expect(integratedLoudness([silence(1, 48000)], 48000)).toBe(-Infinity);
    expect(integratedLoudness([silence(0, 48000)], 48000)).toBe(-Infinity);
    expect(integratedLoudness([], 48000)).toBe(-Infinity);
  });
});

describe('truePeak', () => {
  it('sees the peak between samples of a sine at a quarter of the rate', () => {
    const between = silence(0.1, 48000).map((_, i) => Math.sin((Math.PI / 2) * i + Math.PI / 4));
    expect(decibels(truePeak([between.subarray(100, 4000)]))).toBeCloseTo(0, 0);
    expect(Math.max(...between)).toBeLessThan(0.71);
  });

  it('agrees with ffmpeg within 0.2 dB', () => {
    const channels = [hiss(2, 48000, 0.7), programme(48000, 2).subarray(0, 96000)];
    expect(Math.abs(decibels(truePeak(channels)) - ebur128(channels, 48000).peak)).toBeLessThan(0.2);
  });
});

describe('limitTruePeak', () => {
  it('leaves what is below the ceiling bit for bit', () => {
    const quiet = noise(1, 48000, 0.2, 3);
    const before = quiet.slice();
    expect(limitTruePeak([quiet], 48000)).toBe(0);
    expect(quiet).toEqual(before);
  });

  it.each([8000, 44100, 48000])('holds −1 dBTP on loud material at %i Hz, by ffmpeg’s meter too', (rate) => {
    const hot = [programme(rate, 1), hiss(8, rate, 0.4)].map((track) => track.map((x) => x * 4));
    expect(limitTruePeak(hot, rate)).toBeGreaterThan(6);
    expect(decibels(truePeak(hot))).toBeLessThanOrEqual(-1);
    if (rate >= 44100) expect(ebur128(hot, rate).peak).toBeLessThanOrEqual(-1);
  });

  it('turns the gain without corners and lets go again', () => {
    const rate = 48000;
    const track = silence(1, rate).fill(0.5);
    track.fill(1.2, 24000, 24010);
    limitTruePeak([track], rate);
    const steps = track.map((x, i) => (i === 0 || (i > 23970 && i < 24040) ? 0 : x - (track[i - 1] ?? 0)));
    expect(Math.max(...steps.map(Math.abs))).toBeLessThan(0.003);
    expect(track[20000]).toBe(0.5);
    expect(track[47000]).toBeCloseTo(0.5, 3);
    expect(amplitude(-1)).toBeGreaterThanOrEqual(Math.max(...track));
  });

  it('takes nothing and one sample', () => {
    expect(limitTruePeak([], 48000)).toBe(0);
    const one = new Float32Array([1]);
    limitTruePeak([one], 48000);
    expect(one[0]).toBeLessThanOrEqual(amplitude(-1));
  });
});
