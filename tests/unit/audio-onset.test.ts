import { cutSilence, refineSpan, speechBounds, speechRegions } from '@octavia/pipeline/audio/onset';
import { describe, expect, it } from 'vitest';
import { mono } from '../support/sound/in-memory.ts';
import { burst, mixInto, noise, silence } from '../support/sound/signals.ts';

describe('speechBounds', () => {
  it.each([8000, 16000, 22050, 44100, 48000])('finds an abrupt burst to 3 ms at %i Hz', (rate) => {
    const samples = mixInto(silence(2, rate), burst(0.7, rate, { attack: 0.002 }), 0.613, rate);
    const bounds = speechBounds(samples, rate);
    expect(Math.abs((bounds?.start ?? 0) - 0.613)).toBeLessThan(0.003);
    expect(Math.abs((bounds?.end ?? 0) - 1.313)).toBeLessThan(0.006);
  });

  it('takes in a soft fricative and a closure before the vowel', () => {
    const rate = 16000;
    const samples = silence(2, rate);
    mixInto(samples, noise(0.09, rate, 0.012, 2), 0.5, rate);
    mixInto(samples, burst(0.4, rate, {}), 0.62, rate);
    expect(Math.abs((speechBounds(samples, rate)?.start ?? 0) - 0.5)).toBeLessThan(0.006);
  });

  it('takes a sound without any pause whole', () => {
    const nasal = burst(0.08, 16000, { amplitude: 0.02, attack: 0.001 });
    const samples = Float32Array.of(...nasal, ...burst(0.15, 16000, {}));
    expect(speechBounds(samples, 16000)?.start).toBeLessThan(0.003);
  });

  it('ignores a click', () => {
    const rate = 16000;
    const samples = mixInto(silence(2, rate), burst(0.4, rate, {}), 1, rate);
    samples.fill(0.9, 3200, 3230);
    expect(Math.abs((speechBounds(samples, rate)?.start ?? 0) - 1)).toBeLessThan(0.006);
  });

  it('finds none in silence, in an empty buffer and in a whisper of hiss', () => {
    expect(speechBounds(silence(1, 16000), 16000)).toBeUndefined();
    expect(speechBounds(new Float32Array(0), 16000)).toBeUndefined();
    expect(speechBounds(noise(1, 16000, 0.0001, 3), 16000)).toBeUndefined();
  });

  it('hears the same onset at the source rate and at another one', () => {
    const at = (rate: number) => {
      const samples = mixInto(silence(1.5, rate), burst(0.6, rate, { attack: 0.06 }), 0.4, rate);
      return speechBounds(samples, rate)?.start ?? 0;
    };
    expect(Math.abs(at(16000) - at(48000))).toBeLessThan(0.002);
  });
});

describe('refineSpan', () => {
  const rate = 16000;
  const track = silence(6, rate);
  mixInto(track, burst(1, rate, {}), 1, rate);
  mixInto(track, burst(1, rate, {}), 3, rate);
  mixInto(track, burst(1, rate, {}), 4.15, rate);

  it('holds in noise 30 dB below the speech', async () => {
    const samples = mixInto(noise(2, rate, 0.01, 1), burst(0.7, rate, { attack: 0.005 }), 0.613, rate);
    const refined = await refineSpan(mono(samples, rate), { start: 0.55, end: 1.4 });
    expect(Math.abs(refined.start - 0.613)).toBeLessThan(0.006);
    expect(Math.abs(refined.end - 1.313)).toBeLessThan(0.01);
  });

  it('moves padded and late edges to the speech', async () => {
    for (const [start, end] of [
      [0.85, 2.1],
      [1.12, 1.9],
      [0.4, 2.6],
    ] as const) {
      const refined = await refineSpan(mono(track, rate), { start, end });
      expect(Math.abs(refined.start - 1)).toBeLessThan(0.006);
      expect(Math.abs(refined.end - 2)).toBeLessThan(0.01);
    }
  });

  it('does not run over into the neighbour across a pause', async () => {
    const refined = await refineSpan(mono(track, rate), { start: 2.95, end: 4.05 });
    expect(Math.abs(refined.start - 3)).toBeLessThan(0.006);
    expect(Math.abs(refined.end - 4)).toBeLessThan(0.01);
    const next = await refineSpan(mono(track, rate), { start: 4.1, end: 5.3 });
    expect(Math.abs(next.start - 4.15)).toBeLessThan(0.006);
  });

  it('keeps an edge in running speech, and a span without any', async () => {
    const inside = await refineSpan(mono(track, rate), { start: 1.4, end: 2.1 });
    expect(inside.start).toBe(1.4);
    expect(Math.abs(inside.end - 2)).toBeLessThan(0.01);
    expect(await refineSpan(mono(track, rate), { start: 5.5, end: 5.9 })).toEqual({ start: 5.5, end: 5.9 });
  });

  it('survives spans past the end and of no length', async () => {
    expect(await refineSpan(mono(track, rate), { start: 7, end: 8 })).toEqual({ start: 7, end: 8 });
    expect(await refineSpan(mono(track, rate), { start: 0.2, end: 0.2 })).toEqual({ start: 0.2, end: 0.2 });
  });

  it('splits regions at pauses', () => {
    expect(speechRegions(track, rate)).toHaveLength(3);
  });
});

describe('cutSilence', () => {
  it('leaves a little silence at both ends, and the speech as it was heard', () => {
    const rate = 24000;
    const samples = silence(2.4, rate);
    mixInto(samples, burst(1.2, rate, { f0: 120 }), 0.4, rate);
    const before = speechBounds(samples, rate);
    const cut = cutSilence(samples, rate);
    const after = speechBounds(cut, rate);
    expect(cut.length / rate).toBeLessThan(1.45);
    expect((after?.end ?? 0) - (after?.start ?? 0)).toBeCloseTo((before?.end ?? 0) - (before?.start ?? 0), 2);
  });

  it('leaves a sound without speech alone', () => {
    expect(cutSilence(silence(1, 16000), 16000)).toHaveLength(16000);
  });
});
