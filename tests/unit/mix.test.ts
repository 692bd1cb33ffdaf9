import type { FittedSpeech, Line, Pcm } from '@octavia/pipeline';
import { decibels, integratedLoudness } from '@octavia/pipeline/audio/loudness';
import { durationMatch, measureLines, speechCoverage } from '@octavia/pipeline/stages/mix/measure';
import { mix, type MixJob } from '@octavia/pipeline/stages/mix/mix';
import { duck, touched } from '@octavia/pipeline/audio/duck';
import { describe, expect, it } from 'vitest';
import { ebur128 } from '../support/sound/ffmpeg.ts';
import { burst, mixInto, noise, silence, sine } from '../support/sound/signals.ts';
import { fitted, whole } from '../support/sound/in-memory.ts';
import { lineLoudness, lineTargets } from '@octavia/pipeline/audio/line-loudness';
import { soundOf } from '@octavia/pipeline/sound/sound';

const never = new AbortController().signal;
const SPOKEN_RATE = 22050;
const TIMES = [
  [0.4, 1.7],
  [2.2, 3.6],
  [4.1, 5.4],
] as const;

const LINES: readonly Line[] = TIMES.map(([start, end], i) => ({
  id: `s${i}`,
  speaker: 'a',
  start,
  end,
  text: '',
  confidence: undefined,
}));

/** A dubbed line of pure bursts, 10 ms of silence first. */
function spoken(id: string, start: number, seconds: number, amplitude = 0.2): FittedSpeech {
  const samples = silence(seconds + 0.02, SPOKEN_RATE);
  mixInto(samples, burst(seconds, SPOKEN_RATE, { f0: 205, amplitude }), 0.01, SPOKEN_RATE);
  const pcm = { sampleRate: SPOKEN_RATE, channels: [samples] };
  return fitted({ id, start: start - 0.01, pcm });
}

const DUB = TIMES.map(([start, end], i) => spoken(`s${i}`, start, end - start - 0.1 * i));

/** Speech in every channel over music and hiss, 6 s. */
function source(rate: number, channels: number, level = 1): Pcm {
  return {
    sampleRate: rate,
    channels: Array.from({ length: channels }, (_, c) => {
      const track = noise(6, rate, 0.004 * level, c + 1);
      mixInto(track, sine(6, rate, 330, 0.01 * level), 0, rate);
      for (const [start, end] of TIMES) {
        mixInto(track, burst(end - start, rate, { amplitude: 0.25 * level }), start, rate);
      }
      return track;
    }),
  };
}

/** The mix and the dub alone, whole; `track` is the dub as a sound to be measured. */
async function run(original: Pcm, change: Partial<Omit<MixJob, 'original' | 'levels'>> = {}) {
  const job = await jobOf(original, change);
  const { mix: mixed, dub, ...rest } = await mix(job, never);
  return { ...rest, mix: await whole(mixed), dub: await whole(dub), track: dub };
}

async function jobOf(original: Pcm, change: Partial<MixJob>): Promise<MixJob> {
  const job = { lines: LINES, speech: DUB, background: 'duck' as const, ...change };
  const sound = soundOf(original);
  const lufs = integratedLoudness(original.channels, original.sampleRate);
  const levels = { lufs, targets: lineTargets(job.lines, await lineLoudness(job.lines, sound)) };
  return { original: sound, levels, ...job };
}

describe('where the dub lies in the mix', () => {
  it.each([
    [8000, 1],
    [22050, 1],
    [44100, 2],
    [48000, 2],
    [48000, 6],
    [96000, 2],
  ])(
    'matches loudness within 1 LU and peak to −1 dBTP, by ffmpeg, at %i Hz, %i channels',
    async (rate, count) => {
      const original = source(rate, count);
      const before = ebur128(original.channels, rate).lufs;
      const length = original.channels[0]?.length;
      const mixed = await run(original);
      const after = ebur128(mixed.mix.channels, rate);
      expect(Math.abs(after.lufs - before)).toBeLessThanOrEqual(1);
      expect(after.peak).toBeLessThanOrEqual(-1);
      expect(Math.abs(mixed.loudness.outputLufs - after.lufs)).toBeLessThan(0.15);
      expect(mixed.loudness.truePeakDb).toBeLessThanOrEqual(-1);
      expect(mixed.mix.channels).toHaveLength(count);
      for (const samples of mixed.mix.channels) expect(samples).toHaveLength(length ?? 0);
      expect(mixed.warnings).toEqual([]);
    },
  );

  it('places every onset to 2 ms, measured on the dub', async () => {
    for (const rate of [8000, 44100, 48000]) {
      const { track } = await run(source(rate, 2));
      for (const line of (await measureLines(LINES, DUB, track, 6)).values()) {
        expect(Math.abs(line.onsetErrorMs)).toBeLessThan(2);
        expect(line.overrunMs).toBe(0);
      }
    }
  });

  it('measures what is there, not what was meant', async () => {
    const by = (i: number) => (i === 1 ? 0.04 : 0);
    const late = DUB.map((line, i) => ({ ...line, start: line.start + by(i), end: line.end + by(i) }));
    const { track } = await run(source(48000, 1), { speech: late });
    const measured = [...(await measureLines(LINES, late, track, 6)).values()];
    expect(Math.abs((measured[1]?.onsetErrorMs ?? 0) - 40)).toBeLessThan(2);
    const long = [spoken('s0', 0.4, 1.95), ...DUB.slice(2)];
    const over = await run(source(48000, 1), { speech: long });
    const [first] = (await measureLines(LINES, long, over.track, 6)).values();
    expect(Math.abs((first?.overrunMs ?? 0) - 150)).toBeLessThan(8);
  });

  it('keeps two speakers who talk at once apart', async () => {
    const lines = [LINES[0]!, { ...LINES[1]!, speaker: 'b', start: 1.2 }];
    const speech = [DUB[0]!, spoken('s1', 1.2, 1.2)];
    const { track } = await run(source(48000, 1), { lines, speech });
    for (const line of (await measureLines(lines, speech, track, 6)).values()) {
      expect(Math.abs(line.onsetErrorMs)).toBeLessThan(2);
    }
  });
});

describe('the original in the mix', () => {
  it('lowers the original by 18 dB under the dub and leaves it elsewhere', async () => {
    const rate = 48000;
    const music = { sampleRate: rate, channels: [sine(6, rate, 5000, 0.1)] };
    const { mix: mixed } = await run(music, { speech: DUB.slice(0, 1) });
    const at5k = (time: number): number => {
      let [re, im] = [0, 0];
      for (let i = 0; i < 2400; i++) {
        const x = mixed.channels[0]?.[Math.round(time * rate) + i] ?? 0;
        re += x * Math.cos((2 * Math.PI * 5000 * i) / rate);
        im += x * Math.sin((2 * Math.PI * 5000 * i) / rate);
      }
      return decibels(Math.hypot(re, im));
    };
    expect(at5k(1) - at5k(4)).toBeCloseTo(-18, 0);
    expect(at5k(4.6) - at5k(2.6)).toBeCloseTo(0, 1);
  });

  it('mutes the original wholly when asked to', async () => {
    const { mix: mixed, dub } = await run(source(48000, 2), { background: 'none' });
    const [left] = mixed.channels;
    const quiet = left?.subarray(Math.round(1.9 * 48000), Math.round(2.1 * 48000)) ?? [];
    expect(Math.max(...quiet)).toBe(0);
    expect(dub.channels[0]?.some((x) => x > 0.05)).toBe(true);
  });
});

describe('how loud the mix is', () => {
  it.each([
    [1, [0]],
    [2, [0, 1]],
    [6, [2]],
    [8, [2]],
  ])('speaks from the front: %i channels', async (count, speaking) => {
    const empty = { sampleRate: 48000, channels: Array.from({ length: count }, () => silence(6, 48000)) };
    const { mix: mixed } = await run(empty);
    mixed.channels.forEach((samples, c) => {
      expect(Math.max(...samples.subarray(0, 90000)) > 0.01).toBe(speaking.includes(c));
    });
  });

  it('gives a silent original an audible dub, and matches a very quiet one', async () => {
    const silent = await run({ sampleRate: 44100, channels: [silence(6, 44100), silence(6, 44100)] });
    expect(silent.loudness.sourceLufs).toBe(-Infinity);
    expect(Math.abs(silent.loudness.outputLufs + 23)).toBeLessThan(1.5);
    const quiet = await run(source(44100, 2, 0.01));
    expect(Math.abs(quiet.loudness.outputLufs - quiet.loudness.sourceLufs)).toBeLessThan(1);
    expect(quiet.loudness.sourceLufs).toBeLessThan(-50);
  });

  it('says when the peaks leave no room for a very loud original', async () => {
    const flat = silence(6, 48000).map((_, i) => (Math.floor(i / 60) % 2 === 0 ? 1 : -1));
    const { loudness, warnings } = await run({ sampleRate: 48000, channels: [flat] }, { background: 'none' });
    expect(loudness.truePeakDb).toBeLessThanOrEqual(-1);
    expect(warnings.map(({ code }) => code)).toEqual(['loudness.limited']);
  });

  it('follows the loudness of each source line, within bounds', async () => {
    const rate = 48000;
    const track = silence(6, rate);
    [0.1, 0.2, 0.9].forEach((amplitude, i) => {
      const [start, end] = TIMES[i] ?? [0, 0];
      mixInto(track, burst(end - start, rate, { amplitude: amplitude * 0.5 }), start, rate);
    });
    const { dub } = await run({ sampleRate: rate, channels: [track] });
    const [soft = 0, usual = 0, loud = 0] = TIMES.map(([start, end]) =>
      integratedLoudness(dub.channels, rate, Math.round(start * rate), Math.round((end - 0.3) * rate)),
    );
    expect(usual - soft).toBeCloseTo(6, 0);
    expect(loud - usual).toBeCloseTo(6, 0);
  });
});

describe('the edges of the mix', () => {
  it('has no click at any edge', async () => {
    const rate = 48000;
    const hum = { sampleRate: rate, channels: [sine(6, rate, 53, 0.3)] };
    const { mix: mixed } = await run(hum, { speech: [spoken('s1', 2.4, 1)] });
    const samples = mixed.channels[0] ?? silence(0, rate);
    // Around the speech there is hum and the ramps only: nothing steeper than 53 Hz at this level can be.
    const [from, to] = [Math.round(2.389 * rate), Math.round(3.411 * rate)];
    for (let i = 1; i < samples.length; i++) {
      if (i > from && i < to) continue;
      const jump = Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0));
      expect(jump).toBeLessThan(0.006);
    }
  });

  it('cuts nothing but what lies past the end, and fades that', async () => {
    const rate = 48000;
    const original = { sampleRate: rate, channels: [silence(6, rate)] };
    const { mix: mixed } = await run(original, { speech: [spoken('s2', 5.5, 2)] });
    expect(mixed.channels[0]).toHaveLength(6 * rate);
    expect(Math.abs(mixed.channels[0]?.at(-1) ?? 1)).toBeLessThan(0.001);
  });

  it('takes a file without lines, and stops when told to', async () => {
    const original = source(22050, 2);
    const before = original.channels.map((samples) => samples.slice());
    const { mix: mixed } = await run(original, { lines: [], speech: [] });
    expect(mixed.channels).toEqual(before);
    const stopped = AbortSignal.abort();
    const job = await jobOf(original, {});
    await expect(mix(job, stopped)).rejects.toMatchObject({ code: 'job.cancelled' });
  });
});

describe('duck', () => {
  it('joins spans that lie close, so that the background does not pump', () => {
    const track = silence(4, 1000).fill(1);
    const spans = [
      { start: 1, end: 1.5 },
      { start: 1.9, end: 2.5 },
    ];
    duck([track], 0, touched(spans, 1000), -20);
    expect(track.subarray(1000, 2500).every((x) => Math.abs(x - 0.1) < 1e-6)).toBe(true);
    expect(track[900]).toBe(1);
    expect(track[2800]).toBe(1);
  });
});

describe('speechCoverage, durationMatch', () => {
  it('is the share of source speech covered, overlaps counted once', () => {
    const source = [
      { start: 0, end: 2 },
      { start: 1, end: 4 },
    ];
    expect(
      speechCoverage(source, [
        { start: 1, end: 3 },
        { start: 2, end: 3 },
      ]),
    ).toBeCloseTo(0.5);
    expect(speechCoverage([], [])).toBe(1);
  });

  it('compares lengths', () => {
    expect(durationMatch(10, 10.01)).toBeCloseTo(0.999);
    expect(durationMatch(0, 0)).toBe(0);
  });
});
