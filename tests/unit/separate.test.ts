import type { Line, Pcm, SpeechSpan } from '@octavia/pipeline';
import { integratedLoudness } from '@octavia/pipeline/audio/loudness';
import { resample } from '@octavia/pipeline/audio/resample';
import { replacedSpans } from '@octavia/pipeline/audio/duck';
import { lineLoudness, lineTargets, takenOut } from '@octavia/pipeline/audio/line-loudness';
import { mix } from '@octavia/pipeline/stages/mix/mix';
import { channelGroups } from '@octavia/pipeline/stages/separate/find-voice';
import { describe, expect, it } from 'vitest';
import { tinyDemucs, tinyMdx } from '../fixtures/tiny/separation.ts';
import type { TinyModel } from '../fixtures/tiny/entry.ts';
import { graphHost } from '../support/models/graph-host.ts';
import { burst, mixInto, noise, silence, sine } from '../support/sound/signals.ts';
import { fitted, voiceTakenOut, whole } from '../support/sound/in-memory.ts';
import { soundOf } from '@octavia/pipeline/sound/sound';

const never = new AbortController().signal;
const LINES: readonly SpeechSpan[] = [
  { start: 2, end: 5 },
  { start: 9, end: 12.5 },
];
const SECONDS = 16;

function host(model: TinyModel, runs: string[] = []) {
  const { inference } = graphHost(() => model.bytes);
  return {
    clock: { now: () => 0, breathe: () => Promise.resolve() },
    inference: {
      async open(...args: Parameters<typeof inference.open>) {
        const session = await inference.open(...args);
        return {
          ...session,
          run: (...call: Parameters<typeof session.run>) => {
            runs.push('run');
            return session.run(...call);
          },
        };
      },
    },
  };
}

/** Speech-like bursts under 4 kHz during the lines (a little earlier and later than said). */
function voiceTrack(rate: number): Float32Array<ArrayBuffer> {
  const track = silence(SECONDS, 8000);
  for (const { start, end } of LINES) mixInto(track, burst(end - start, 8000, {}), start, 8000);
  return resample(track, 8000, rate) as Float32Array<ArrayBuffer>;
}

/** A chord far above, different in each channel. */
function musicTrack(rate: number, channel: number): Float32Array<ArrayBuffer> {
  const track = silence(SECONDS, rate);
  const chord = channel === 0 ? [5600, 7100, 9000] : [6000, 7500, 8200];
  for (const [i, f] of chord.entries()) mixInto(track, sine(SECONDS, rate, f, 0.06 / (i + 1)), 0, rate);
  return track;
}

const level = (samples: Float32Array): number =>
  10 * Math.log10(samples.reduce((sum, x) => sum + x * x, 0) / samples.length + 1e-20);

function sources(rate: number, channels: number) {
  const voice = voiceTrack(rate);
  const music = Array.from({ length: channels }, (_, channel) => musicTrack(rate, channel));
  const sound: Pcm = {
    sampleRate: rate,
    channels: music.map((samples) => mixInto(samples.slice(), voice, 0, rate)),
  };
  return { voice, music, sound };
}

const inside = (samples: Float32Array, rate: number, { start, end }: SpeechSpan): Float32Array =>
  samples.subarray(Math.round(start * rate), Math.round(end * rate));

describe('voiceTakenOut', () => {
  it.each([
    ['MDX', 44_100, 2, tinyMdx()],
    ['MDX', 48_000, 2, tinyMdx()],
    ['MDX', 22_050, 1, tinyMdx()],
    ['HTDemucs', 44_100, 2, tinyDemucs()],
    ['HTDemucs', 48_000, 1, tinyDemucs()],
  ] as const)('%s at %i Hz, %i channels: the voice goes, the music stays', async (_, rate, count, model) => {
    const { music, voice, sound } = sources(rate, count);
    const left = await voiceTakenOut({ host: host(model), signal: never }, model.entry, sound, LINES);
    for (const [channel, samples] of left.channels.entries()) {
      const kept = music[channel] ?? silence(0, rate);
      for (const span of LINES) {
        const rest = inside(samples, rate, span).map((x, i) => x - (inside(kept, rate, span)[i] ?? 0));
        const before = level(inside(voice, rate, span));
        expect(before - level(rest)).toBeGreaterThan(20);
        const change = level(inside(samples, rate, span)) - level(inside(kept, rate, span));
        expect(Math.abs(change)).toBeLessThan(1);
      }
    }
  });

  it('leaves the sound outside the lines as it is, to the bit', async () => {
    const { sound } = sources(48_000, 2);
    const before = sound.channels;
    const model = tinyMdx();
    const task = { host: host(model), signal: never };
    const left = await voiceTakenOut(task, model.entry, sound, LINES.slice(0, 1));
    left.channels.forEach((samples, channel) => {
      for (const span of [
        { start: 0, end: 1.9 },
        { start: 5.3, end: SECONDS },
      ]) {
        const kept = before[channel] ?? silence(0, 1);
        expect(inside(samples, 48_000, span)).toEqual(inside(kept, 48_000, span));
      }
    });
  });

  it('joins its chunks without a seam: a model that finds everything leaves silence', async () => {
    const model = tinyMdx();
    const rate = 48_000;
    const hum = noise(30, 8000, 0.3, 3);
    const sound = { sampleRate: rate, channels: [resample(hum, 8000, rate)] };
    const before = level(sound.channels[0] ?? hum);
    const task = { host: host(model), signal: never };
    const left = await voiceTakenOut(task, model.entry, sound, [{ start: 0, end: 30 }]);
    const rest = left.channels[0]?.subarray(0, 29.9 * rate) ?? hum;
    expect(level(rest) - before).toBeLessThan(-55);
  });
});

describe('voiceTakenOut and its model', () => {
  it('computes only what a line touches, and nothing for silence', async () => {
    const model = tinyMdx();
    const runs: string[] = [];
    const long = { sampleRate: 16_000, channels: [noise(60, 16_000, 0.1, 1)] };
    await voiceTakenOut({ host: host(model, runs), signal: never }, model.entry, long, [
      { start: 30, end: 31 },
    ]);
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.length).toBeLessThanOrEqual(2);
    runs.length = 0;
    const silent = { sampleRate: 16_000, channels: [silence(20, 16_000)] };
    await voiceTakenOut({ host: host(model, runs), signal: never }, model.entry, silent, [
      { start: 0, end: 20 },
    ]);
    expect(runs).toEqual([]);
  });

  it('treats an offset and a quiet sound as HTDemucs was taught to', async () => {
    const model = tinyDemucs();
    const rate = 44_100;
    const { voice, music } = sources(rate, 1);
    const quiet = voice.map((x, i) => 0.2 + 0.01 * (x + (music[0]?.[i] ?? 0)));
    const sound = { sampleRate: rate, channels: [quiet] };
    const left = await voiceTakenOut({ host: host(model), signal: never }, model.entry, sound, LINES);
    const [span] = LINES;
    const rest = inside(left.channels[0]!, rate, span!).map(
      (x, i) => x - 0.01 * (inside(music[0]!, rate, span!)[i] ?? 0),
    );
    expect(level(inside(voice, rate, span!)) - 40 - level(rest)).toBeGreaterThan(20);
  });

  it('stops when told to, and says when a model is none that separates', async () => {
    const model = tinyMdx();
    const { sound } = sources(16_000, 1);
    const stopped = voiceTakenOut(
      { host: host(model), signal: AbortSignal.abort() },
      model.entry,
      sound,
      LINES,
    );
    await expect(stopped).rejects.toMatchObject({ code: 'job.cancelled' });
    const wrong = { ...model.entry, runtime: 'onnx' } as const;
    await expect(
      voiceTakenOut({ host: host(model), signal: never }, wrong, sound, LINES),
    ).rejects.toMatchObject({
      code: 'model.failed',
    });
    const lacking = { ...model.entry, parameters: {} };
    await expect(
      voiceTakenOut({ host: host(model), signal: never }, lacking, sound, LINES),
    ).rejects.toMatchObject({
      code: 'model.failed',
    });
  });
});

describe('channelGroups', () => {
  it('has every channel but LFE in one group', () => {
    for (const [count, lfe] of [
      [1, []],
      [2, []],
      [3, [2]],
      [4, []],
      [5, []],
      [6, [3]],
      [7, [3]],
      [8, [3]],
      [10, []],
    ] as const) {
      const all = [...channelGroups(count).flat(), ...lfe].sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: count }, (_, channel) => channel));
    }
  });
});

describe('the mix over a kept background', () => {
  it('has the music as it was, the old voice gone, and the dub as loud as the voice it replaces', async () => {
    const rate = 48_000;
    const { music, voice, sound } = sources(rate, 2);
    const lines = LINES.map(({ start, end }, i): Line => ({
      id: `s${i}`,
      speaker: 'a',
      start,
      end,
      text: '',
      confidence: undefined,
    }));
    const speech = lines.map(({ id, start, end }) => {
      const pcm = { sampleRate: 8000, channels: [burst(end - start, 8000, { f0: 210, amplitude: 0.05 })] };
      return fitted({ id, start, pcm });
    });
    const lufs = integratedLoudness(sound.channels, rate);
    const before = await lineLoudness(lines, soundOf(sound));
    const model = tinyMdx();
    const task = { host: host(model), signal: never };
    const left = soundOf(await voiceTakenOut(task, model.entry, sound, replacedSpans(lines, speech)));
    const targets = lineTargets(lines, takenOut(before, await lineLoudness(lines, left)));
    const job = {
      original: left,
      lines,
      speech,
      background: 'separated',
      levels: { lufs, targets },
    } as const;
    const { mix: finished, dub: track } = await mix(job, never);
    const [mixed, dub] = [await whole(finished), await whole(track)];

    for (const [channel, kept] of music.entries()) {
      for (const span of [...LINES, { start: 6, end: 8 }]) {
        // The dub is known: what is left when it is taken away again is the music.
        const rest = inside(mixed.channels[channel]!, rate, span).map(
          (x, i) => x - (inside(dub.channels[0]!, rate, span)[i] ?? 0) / Math.SQRT2,
        );
        expect(Math.abs(level(rest) - level(inside(kept, rate, span)))).toBeLessThan(1);
      }
    }
    const spoken = await lineLoudness(lines, track);
    const replaced = await lineLoudness(lines, soundOf({ sampleRate: rate, channels: [voice, voice] }));
    spoken.forEach((loudness, i) => expect(Math.abs(loudness - (replaced[i] ?? 0))).toBeLessThan(1.5));
  });
});
