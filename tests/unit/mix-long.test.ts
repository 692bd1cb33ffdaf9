import { expect, it } from 'vitest';
import { limitTruePeak } from '@octavia/pipeline/audio/limiter';
import { amplitude, gatedLoudness, integratedLoudness } from '@octavia/pipeline/audio/loudness';
import { soundOf } from '@octavia/pipeline/sound/sound';
import { MixedSound } from '@octavia/pipeline/stages/mix/mixed-sound';
import { mono, whole } from '../support/sound/in-memory.ts';
import { mixInto, noise, silence, sine } from '../support/sound/signals.ts';

const RATE = 8000;
/** Blocks of a mix meet at 20 and 40 s. */
const SECONDS = 50;

/** Music, and a dub whose peaks the limiter has to hold down, some of them where two blocks meet. */
function parts() {
  const bed = soundOf({
    sampleRate: RATE,
    channels: [noise(SECONDS, RATE, 0.1, 1), noise(SECONDS, RATE, 0.1, 2)],
  });
  const dub = silence(SECONDS, RATE);
  for (const at of [3, 19.2, 20.01, 39.99, 44]) mixInto(dub, sine(0.9, RATE, 440, 1.3), at, RATE);
  return { bed, dub: mono(dub, RATE) };
}

function mixed(gain: number): MixedSound {
  const { bed, dub } = parts();
  const sound = new MixedSound(bed, dub);
  sound.gain = gain;
  return sound;
}

it('is what bed, dub, gain and limiter give in one piece', async () => {
  const { bed, dub } = parts();
  const { channels } = await whole(bed);
  const [speech = silence(0, RATE)] = await dub.read(0, dub.frames);
  for (const samples of channels) {
    for (let i = 0; i < samples.length; i++) {
      samples[i] = 1.5 * ((samples[i] ?? 0) + (speech[i] ?? 0) / Math.SQRT2);
    }
  }
  expect(limitTruePeak(channels, RATE, -1)).toBeGreaterThan(2);
  const { channels: found } = await whole(mixed(1.5));
  for (const [c, samples] of channels.entries()) {
    const worst = samples.reduce((most, x, i) => Math.max(most, Math.abs(x - (found[c]?.[i] ?? 1))), 0);
    expect(worst).toBeLessThan(1e-5);
  }
});

it('comes out the same whatever part of it is read first', async () => {
  const all = await whole(mixed(1.5));
  const sound = mixed(1.5);
  for (const [from, to] of [
    [45.2, 50],
    [19.5, 20.5],
    [39, 41],
    [0, 1],
    [10, 45],
  ] as const) {
    const [begin, end] = [from * RATE, to * RATE];
    const expected = all.channels.map((samples) => samples.slice(begin, end));
    expect(await sound.read(begin, end)).toEqual(expected);
  }
});

it.each([1, 1.5])('knows how loud it is at a gain of %s, block by block', async (gain) => {
  const sound = mixed(gain);
  let peak = 0;
  const energies: number[] = [];
  for (let number = 0; number < sound.blocks; number++) {
    const levels = await sound.levels(number);
    energies.push(...levels.energies);
    peak = Math.max(peak, levels.peak);
  }
  expect(energies).toHaveLength(10 * SECONDS);
  const { channels } = await whole(sound);
  expect(gatedLoudness(energies)).toBeCloseTo(integratedLoudness(channels, RATE), 3);
  expect(peak).toBeLessThanOrEqual(amplitude(-1));
});
