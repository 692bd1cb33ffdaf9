import { beforeEach, expect, it } from 'vitest';
import { outputContainer } from '@octavia/pipeline/media/container';
import type { MediaFile, MediaInfo, MuxResult, Pcm } from '@octavia/pipeline';
import { burstsLike, firstOnset, pictureStart, streamsOf } from '../support/sound/media-measure.ts';
import type { Inspection } from '../support/sound/media-measure.ts';
import type { MediaHost } from './media.suite.ts';
import { soundOf } from '@octavia/pipeline/sound/sound';
import { decoded } from '../support/sound/decoded.ts';

const never = new AbortController().signal;
let tested: MediaHost;

/** The contract of `Media.mux`: what the finished file contains. @param host asked before each test */
export function finishedFiles(host: () => MediaHost): void {
  beforeEach(() => {
    tested = host();
  });
  writing();
  carrying();
}

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
  const dub = burstsLike(await decoded(media, source, { track }, never));
  const languages = { targetLanguage: 'es', sourceLanguage: 'en' };
  const keepOriginal = change.keepOriginal ?? true;
  const container = outputContainer(info, keepOriginal);
  const request = { source, info, dub: soundOf(dub), track, keepOriginal, container };
  const result = await media.mux({ ...request, ...languages }, never);
  const [input, output] = [await tested.inspect(source), await tested.inspect(result.file)];
  return { source, info, dub, result, input, output };
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
      const heard = await decoded(tested.media, result.file, { track: 0 }, never);
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
    const heard = await decoded(tested.media, result.file, { track: 0 }, never);
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
