import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '@octavia/pipeline/media-types';
import type { Media, MediaFile } from '@octavia/pipeline';
import { firstOnset } from '../support/sound/media-measure.ts';
import type { Inspection } from '../support/sound/media-measure.ts';
import { finishedFiles } from './media-output.suite.ts';
import { soundOf } from '@octavia/pipeline/sound/sound';
import { decoded } from '../support/sound/decoded.ts';

/** What a host provides to be tested. */
export interface MediaHost {
  readonly media: Media;
  /** The fixture, under another name when one is given. */
  open(fixture: string, name?: string): Promise<MediaFile>;
  /** Reopens a file with ffprobe and ffmpeg themselves, not with what is under test. */
  inspect(file: MediaFile): Promise<Inspection>;
  close(): Promise<void>;
}

const never = new AbortController().signal;
let tested: MediaHost;
/** The contract of the Media port, the same for every host. */
export function mediaSuite(host: string, makeHost: () => Promise<MediaHost>): void {
  beforeEach(async () => {
    tested = await makeHost();
  });

  afterEach(() => tested.close());

  describe(`media of ${host}: what a file is`, () => {
    describing();
  });

  describe(`media of ${host}: decoding`, () => {
    decoding();
  });

  describe(`media of ${host}: the finished file`, () => {
    finishedFiles(() => tested);
  });

  describe(`media of ${host}: bad input`, () => {
    badInput();
  });

  describe(`media of ${host}: stopping`, () => {
    stopping();
  });
}

function describing(): void {
  it.each([
    ['clip.mp4', 'mp4', 'h264', 'aac', 44_100, 2],
    ['portrait.mov', 'mov', 'h264', 'pcm_s16le', 48_000, 1],
    ['clip.webm', 'webm', 'vp9', 'opus', 48_000, 2],
    ['clip.avi', 'avi', 'mpeg4', 'mp3', 44_100, 2],
    ['sound.mp3', 'mp3', undefined, 'mp3', 44_100, 2],
    ['sound.wav', 'wav', undefined, 'pcm_s24le', 11_025, 1],
    ['sound.ogg', 'ogg', undefined, 'vorbis', 44_100, 2],
    ['sound.flac', 'flac', undefined, 'flac', 48_000, 2],
    ['surround.mp4', 'mp4', 'h264', 'aac', 48_000, 8],
  ])('%s is described', async (fixture, container, picture, codec, sampleRate, channels) => {
    const info = await tested.media.probe(await tested.open(fixture), never);
    expect(info.container).toBe(container);
    expect(info.video?.codec).toBe(picture);
    expect(info.audio).toMatchObject([{ index: 0, codec, sampleRate, channels }]);
    expect(info.seconds).toBeGreaterThan(2.95);
    expect(info.seconds).toBeLessThan(3.15);
    expect(info.damage).toBeUndefined();
  });

  it('tells rotation, tracks, languages, chapters and subtitles', async () => {
    const portrait = await tested.media.probe(await tested.open('portrait.mov'), never);
    expect(portrait.video).toMatchObject({ width: 160, height: 120, rotation: 90, frameRate: 25 });
    const full = await tested.media.probe(await tested.open('full.mkv'), never);
    expect(full.audio).toMatchObject([
      { language: 'eng', isDefault: true, channels: 2 },
      { language: 'fre', isDefault: false, channels: 1, codec: 'ac3' },
    ]);
    expect(full).toMatchObject({ subtitles: 1, chapters: 2 });
  });

  it('fingerprints content, not names', async () => {
    const { media } = tested;
    const print = await media.fingerprint(await tested.open('clip.mp4'), never);
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(await media.fingerprint(await tested.open('clip.mp4', 'other.mp4'), never)).toBe(print);
    expect(await media.fingerprint(await tested.open('front.mp4'), never)).not.toBe(print);
  });
}

function decoding(): void {
  it('gives the source rate and channels unless asked otherwise', async () => {
    const file = await tested.open('clip.mp4');
    const whole = await decoded(tested.media, file, { track: 0 }, never);
    expect([whole.sampleRate, whole.channels.length]).toEqual([44_100, 2]);
    expect(seconds(whole)).toBeCloseTo(3, 2);
    expect(whole.damage).toBeUndefined();
    const speech = await decoded(tested.media, file, { track: 0, sampleRate: 16_000, channels: 1 }, never);
    expect([speech.sampleRate, speech.channels.length]).toEqual([16_000, 1]);
    expect(seconds(speech)).toBeCloseTo(3, 2);
    const peak = speech.channels[0]?.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) ?? 0;
    expect(peak).toBeGreaterThan(0.3);
    expect(peak).toBeLessThan(0.45);
  });

  it('pads a track that starts late, so that its times are the times of the file', async () => {
    for (const [fixture, start] of [
      ['late.mkv', 1],
      ['later.mkv', 12.5],
    ] as const) {
      const pcm = await decoded(tested.media, await tested.open(fixture), { track: 0 }, never);
      expect(Math.abs(firstOnset(pcm) - start)).toBeLessThan(0.005);
    }
  });

  it('keeps 7.1 channels apart and odd rates as they are', async () => {
    const surround = await decoded(tested.media, await tested.open('surround.mp4'), { track: 0 }, never);
    expect(surround.channels).toHaveLength(8);
    expect(new Set(surround.channels.map((channel) => channel[2400])).size).toBe(8);
    const odd = await decoded(tested.media, await tested.open('odd-rate.mkv'), { track: 0 }, never);
    expect(odd.sampleRate).toBe(11_000);
  });

  it('reports progress up to the end', async () => {
    const seen: number[] = [];
    const file = await tested.open('clip.mp4');
    await decoded(tested.media, file, { track: 0 }, never, (fraction) => seen.push(fraction));
    expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(seen.at(-1)).toBeGreaterThan(0.9);
  });
}

function badInput(): void {
  it.each([
    ['empty.mp4', 'input.empty'],
    ['text.mp4', 'input.not_media'],
    ['headless.mp4', 'input.truncated'],
    ['playlist.mp4', 'input.not_media'],
    ['stream.mp4', 'input.not_media'],
  ])('refuses %s with %s', async (fixture, code) => {
    const file = await tested.open(fixture);
    await expect(tested.media.probe(file, never)).rejects.toMatchObject({ name: 'OctaviaError', code });
  });

  it('has no sound to give of a silent picture, nor a track that is not there', async () => {
    const silent = await tested.open('silent.mp4');
    expect((await tested.media.probe(silent, never)).audio).toEqual([]);
    await expect(decoded(tested.media, silent, { track: 0 }, never)).rejects.toMatchObject({
      code: 'input.no_audio',
    });
    await expect(
      decoded(tested.media, await tested.open('clip.mp4'), { track: 1 }, never),
    ).rejects.toMatchObject({ code: 'input.audio_track' });
  });

  it.each(['cut.mp4', 'cut.mkv'])('reads what is there of %s and says that it is cut', async (fixture) => {
    const file = await tested.open(fixture);
    const info = await tested.media.probe(file, never);
    expect(info.damage).toMatch(/missing/);
    expect(info.seconds).toBeGreaterThan(1);
    expect(info.seconds).toBeLessThan(2.8);
    const pcm = await decoded(tested.media, file, { track: 0 }, never);
    expect(pcm.damage).toMatch(/missing/);
    expect(seconds(pcm)).toBeGreaterThan(1);
    expect(Math.abs(seconds(pcm) - info.seconds)).toBeLessThan(0.3);
  });
}

function stopping(): void {
  it('stops before it begins', async () => {
    const file = await tested.open('clip.mp4');
    const stopped = AbortSignal.abort();
    await expect(tested.media.probe(file, stopped)).rejects.toMatchObject({ code: 'job.cancelled' });
  });

  it('stops while decoding and while writing, and works again after that', async () => {
    const { media } = tested;
    const source = await tested.open('clip.mp4');
    const info = await media.probe(source, never);
    const dub = await decoded(media, source, { track: 0 }, never);
    const long = { ...dub, channels: dub.channels.map(() => new Float32Array(dub.sampleRate * 600)) };
    const request = {
      source,
      info: { ...info, seconds: 600 },
      dub: soundOf(long),
      track: 0,
      keepOriginal: true,
    };
    const container = 'mp4';
    const languages = { targetLanguage: 'es', sourceLanguage: 'en' };

    const decoding = new AbortController();
    const decode = decoded(media, source, { track: 0, sampleRate: 192_000 }, decoding.signal);
    setTimeout(() => decoding.abort(), 20);
    await expect(decode).rejects.toMatchObject({ code: 'job.cancelled' });

    const writing = new AbortController();
    const write = media.mux({ ...request, ...languages, container }, writing.signal, () => writing.abort());
    await expect(write).rejects.toMatchObject({ code: 'job.cancelled' });

    expect(seconds(await decoded(media, source, { track: 0 }, never))).toBeCloseTo(3, 2);
  });
}
