import { expect, it } from 'vitest';
import { monoMixer } from '@octavia/pipeline/audio/downmix';

const RATE = 16_000;
const tone = (seconds: number, level = 0.5): Float32Array =>
  Float32Array.from({ length: seconds * RATE }, (_, i) => level * Math.sin((2 * Math.PI * 220 * i) / RATE));
const scaled = (samples: Float32Array, by: number): Float32Array => samples.map((sample) => sample * by);
const level = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

it('is the mean of two channels that agree', () => {
  const mono = monoMixer(RATE)(tone(1), scaled(tone(1), 0.5));
  expect(mono).toEqual(scaled(tone(1), 0.75));
});

it.each([-1, -0.6])('keeps the sound where the other channel is %s times this one', (by) => {
  const mono = monoMixer(RATE)(tone(1), scaled(tone(1), by));
  expect(level(mono)).toBeCloseTo((level(tone(1)) * (1 - by)) / 2, 3);
});

it('keeps the sound of one side alone', () => {
  expect(level(monoMixer(RATE)(tone(1), new Float32Array(RATE)))).toBeCloseTo(level(tone(1)) / 2, 3);
});

it('follows a channel that is inverted from the middle on, without a click', () => {
  const right = tone(4);
  for (let i = 2 * RATE; i < right.length; i++) right[i] = -(right[i] as number);
  const mono = monoMixer(RATE)(tone(4), right);
  expect(level(mono.subarray(0, 1.5 * RATE))).toBeCloseTo(level(tone(1)), 3);
  expect(level(mono.subarray(2.5 * RATE))).toBeCloseTo(level(tone(1)), 3);
  const steps = mono.slice(1).map((sample, i) => Math.abs(sample - (mono[i] as number)));
  expect(Math.max(...steps)).toBeLessThan(0.06);
});
