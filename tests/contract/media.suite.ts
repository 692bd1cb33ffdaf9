import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '@octavia/pipeline/media-types';
import { outputContainer } from '@octavia/pipeline/media/container';
import type { Media, MediaFile, MediaInfo, MuxResult, Pcm } from '@octavia/pipeline';
import { burstsLike, firstOnset, pictureStart, streamsOf } from '../support/sound/media-measure.ts';
import type { Inspection } from '../support/sound/media-measure.ts';

/** What a host brings to be tested. */
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
async function dubbed(
  fixture: string,
  change: { keepOriginal?: boolean; track?: number; name?: string } = {},
): Promise<{
  source: MediaFile;
  info: MediaInfo;
  dub: Pcm;
  result: MuxResult;
  output: Inspection;
  input: Inspection;
}> {
  const { media } = tested;
  const source = await tested.open(fixture, change.name);
  const info = await media.probe(source, never);
  const track = change.track ?? 0;
  const dub = burstsLike(await media.decodeAudio(source, { track }, never));
  const languages = { targetLanguage: 'es', sourceLanguage: 'en' };
  const keepOriginal = change.keepOriginal ?? true;
  const container = outputContainer(info, keepOriginal);
  const request = { source, info, dub, track, keepOriginal, container };
  const result = await media.mux({ ...request, ...languages }, never);
  const [input, output] = [await tested.inspect(source), await tested.inspect(result.file)];
  return { source, info, dub, result, input, output };
}

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
    writing();
    carrying();
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
    const whole = await tested.media.decodeAudio(file, { track: 0 }, never);
    expect([whole.sampleRate, whole.channels.length]).toEqual([44_100, 2]);
    expect(seconds(whole)).toBeCloseTo(3, 2);
    expect(whole.damage).toBeUndefined();
    const speech = await tested.media.decodeAudio(file, { track: 0, sampleRate: 16_000, channels: 1 }, never);
    expect([speech.sampleRate, speech.channels.length]).toEqual([16_000, 1]);
    expect(seconds(speech)).toBeCloseTo(3, 2);
    const peak = speech.channels[0]?.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) ?? 0;
    expect(peak).toBeGreaterThan(0.3);
    expect(peak).toBeLessThan(0.45);
  });

  it('pads a track that starts late, so that its times are the times of the file', async () => {
    const pcm = await tested.media.decodeAudio(await tested.open('late.mkv'), { track: 0 }, never);
    expect(firstOnset(pcm)).toBeGreaterThan(0.995);
    expect(firstOnset(pcm)).toBeLessThan(1.005);
  });

  it('keeps 7.1 channels apart and odd rates as they are', async () => {
    const surround = await tested.media.decodeAudio(await tested.open('surround.mp4'), { track: 0 }, never);
    expect(surround.channels).toHaveLength(8);
    expect(new Set(surround.channels.map((channel) => channel[2400])).size).toBe(8);
    const odd = await tested.media.decodeAudio(await tested.open('odd-rate.mkv'), { track: 0 }, never);
    expect(odd.sampleRate).toBe(11_000);
  });

  it('reports progress up to the end', async () => {
    const seen: number[] = [];
    const file = await tested.open('clip.mp4');
    await tested.media.decodeAudio(file, { track: 0 }, never, (fraction) => seen.push(fraction));
    expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(seen.at(-1)).toBeGreaterThan(0.9);
  });
}

function writing(): void {
  it.each([
    ['clip.mp4', 'mp4', 'aac'],
    ['portrait.mov', 'mov', 'aac'],
    ['full.mkv', 'mkv', 'aac'],
    ['clip.webm', 'webm', 'opus'],
    ['clip.avi', 'mkv', 'aac'],
    ['surround.mp4', 'mp4', 'aac'],
    ['vfr.mp4', 'mp4', 'aac'],
    ['late.mkv', 'mkv', 'aac'],
  ])('%s: picture untouched, dub first, original second', async (fixture, container, codec) => {
    const { info, dub, input, output, result } = await dubbed(fixture);
    expect(outputContainer(info, true)).toBe(container);
    expect(result.file.name.endsWith(`.es.${container}`)).toBe(true);
    expect(result.file.bytes).toBeGreaterThan(0);
    expect(output.pictureHash).toBe(input.pictureHash);

    const [first, second] = streamsOf(output, 'audio');
    const original = streamsOf(input, 'audio')[0];
    expect(first).toMatchObject({ codec_name: codec, channels: dub.channels.length });
    expect(Number(first?.sample_rate)).toBe(dub.sampleRate);
    expect(first?.tags?.language).toBe('spa');
    expect(first?.disposition.default).toBe(1);
    expect(second?.codec_name).toBe(original?.codec_name);
    expect(second?.disposition.default).toBe(0);

    const drift = Math.abs(Number(output.format.duration) - info.seconds);
    expect(drift).toBeLessThan(0.025);
    expect(output.format.tags?.comment ?? output.format.tags?.COMMENT).toContain('Octavia');
  });

  it.each(['clip.mp4', 'full.mkv', 'clip.webm', 'late.mkv', 'portrait.mov'])(
    '%s: the dub is heard when it should be, against the picture',
    async (fixture) => {
      const { dub, input, output, result } = await dubbed(fixture);
      const heard = await tested.media.decodeAudio(result.file, { track: 0 }, never);
      const late = firstOnset(heard) - pictureStart(output) - (firstOnset(dub) - pictureStart(input));
      expect(Math.abs(late)).toBeLessThan(0.004);
    },
  );

  it('keeps rotation, chapters, subtitles, attachments, titles and further tracks', async () => {
    const portrait = await dubbed('portrait.mov');
    expect(JSON.stringify(streamsOf(portrait.output, 'video')[0])).toMatch(/"rotation":\s*-?90/);
    const full = await dubbed('full.mkv');
    expect(full.result.dropped).toEqual([]);
    expect(full.output.chapters.map((chapter) => chapter.tags?.title)).toEqual(['First', 'Second']);
    expect(streamsOf(full.output, 'subtitle')).toMatchObject([
      { codec_name: 'subrip', tags: { language: 'eng' } },
    ]);
    expect(streamsOf(full.output, 'attachment')).toHaveLength(1);
    expect(streamsOf(full.output, 'audio').map((stream) => stream.tags?.language)).toEqual([
      'spa',
      'eng',
      'fre',
    ]);
    const clip = await dubbed('clip.mp4');
    expect(clip.output.format.tags).toMatchObject({ title: 'Holiday' });
    expect(clip.output.format.tags?.comment).toMatch(/^Mine\n.*synthetic speech/);
  });
}

function carrying(): void {
  it('puts the track that was dubbed right after the dub', async () => {
    const { output } = await dubbed('full.mkv', { track: 1 });
    expect(streamsOf(output, 'audio').map((stream) => stream.tags?.language)).toEqual(['spa', 'fre', 'eng']);
  });

  it('leaves the original out when asked, and says so', async () => {
    const { output, result } = await dubbed('clip.mp4', { keepOriginal: false });
    expect(streamsOf(output, 'audio')).toHaveLength(1);
    expect(result.dropped.map(({ what }) => what)).toEqual(['original']);
  });

  it.each([
    ['sound.mp3', 'mp3', 'mp3', 44_100],
    ['sound.m4a', 'm4a', 'aac', 44_100],
    ['sound.wav', 'wav', 'pcm_s24le', 11_025],
    ['sound.ogg', 'ogg', 'vorbis', 44_100],
    ['sound.flac', 'flac', 'flac', 48_000],
  ])('%s comes back as sound of the same kind', async (fixture, extension, codec, sampleRate) => {
    const { info, output, result, dub } = await dubbed(fixture);
    expect(result.file.name.endsWith(`.es.${extension}`)).toBe(true);
    expect(result.dropped.some(({ what }) => what === 'original')).toBe(true);
    expect(streamsOf(output, 'audio')).toMatchObject([
      { codec_name: codec, sample_rate: String(sampleRate) },
    ]);
    expect(Number(output.format.duration)).toBeGreaterThan(info.seconds - 0.06);
    expect(Number(output.format.duration)).toBeLessThan(info.seconds + 0.06);
    const heard = await tested.media.decodeAudio(result.file, { track: 0 }, never);
    expect(Math.abs(firstOnset(heard) - firstOnset(dub))).toBeLessThan(0.03);
  });

  it('does without what the container refuses, and says so', async () => {
    const { input, output, result } = await dubbed('camera.mp4');
    expect(output.pictureHash).toBe(input.pictureHash);
    expect(result.dropped.length).toBe(streamsOf(output, 'audio').length === 1 ? 1 : 0);
    expect(result.dropped.every(({ what }) => what === 'original')).toBe(true);
  });

  it('says when a rate had to change', async () => {
    const { output, result } = await dubbed('odd-rate.mkv');
    expect(streamsOf(output, 'audio')[0]?.sample_rate).toBe('11025');
    expect(result.dropped.map(({ what }) => what)).toEqual(['sample_rate']);
  });

  it('takes any name', async () => {
    const name = `-y 'so' "called" 🎬 %03d $(id);.mp4`;
    const { result, output, input } = await dubbed('clip.mp4', { name });
    expect(result.file.name).toBe(`-y 'so' "called" 🎬 %03d $(id);.es.mp4`);
    expect(output.pictureHash).toBe(input.pictureHash);
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
    await expect(tested.media.decodeAudio(silent, { track: 0 }, never)).rejects.toMatchObject({
      code: 'input.no_audio',
    });
    await expect(
      tested.media.decodeAudio(await tested.open('clip.mp4'), { track: 1 }, never),
    ).rejects.toMatchObject({ code: 'input.audio_track' });
  });

  it.each(['cut.mp4', 'cut.mkv'])('reads what is there of %s and says that it is cut', async (fixture) => {
    const file = await tested.open(fixture);
    const info = await tested.media.probe(file, never);
    expect(info.damage).toMatch(/missing/);
    expect(info.seconds).toBeGreaterThan(1);
    expect(info.seconds).toBeLessThan(2.8);
    const pcm = await tested.media.decodeAudio(file, { track: 0 }, never);
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
    const dub = await media.decodeAudio(source, { track: 0 }, never);
    const long = { ...dub, channels: dub.channels.map(() => new Float32Array(dub.sampleRate * 600)) };
    const request = { source, info: { ...info, seconds: 600 }, dub: long, track: 0, keepOriginal: true };
    const container = 'mp4';
    const languages = { targetLanguage: 'es', sourceLanguage: 'en' };

    const decoding = new AbortController();
    const decode = media.decodeAudio(source, { track: 0, sampleRate: 192_000 }, decoding.signal);
    setTimeout(() => decoding.abort(), 20);
    await expect(decode).rejects.toMatchObject({ code: 'job.cancelled' });

    const writing = new AbortController();
    const write = media.mux({ ...request, ...languages, container }, writing.signal, () => writing.abort());
    await expect(write).rejects.toMatchObject({ code: 'job.cancelled' });

    expect(seconds(await media.decodeAudio(source, { track: 0 }, never))).toBeCloseTo(3, 2);
  });
}
