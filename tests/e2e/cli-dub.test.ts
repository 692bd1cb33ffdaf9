import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '@octavia/pipeline';
import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { speechClip, type Clip } from '../fixtures/clip.ts';
import { ffmpeg, octavia, type Called } from '../support/cli/octavia.ts';
import { loudness, pictureHash } from '../support/sound/measure.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavia-dub-'));
const cache = join(folder, 'cache');
const env = { OCTAVIA_CACHE: cache };
afterAll(() => rmSync(folder, { recursive: true }));

interface Probe {
  readonly streams: readonly {
    readonly codec_type: string;
    readonly channels?: number;
    readonly sample_rate?: string;
    readonly tags?: { readonly language?: string };
    readonly disposition: { readonly default: number };
  }[];
  readonly format: { readonly duration: string };
}
const probe = (file: string) =>
  JSON.parse(
    ffmpeg('ffprobe', '-v', 'error', '-of', 'json', '-show_streams', '-show_format', file).stdout,
  ) as Probe;
const p95 = (values: number[]) => values.sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? NaN;

const out = join(folder, 'dubbed.mp4');
let clip: Clip;
let called: Called;
let report: Report;

beforeAll(async () => {
  clip = await speechClip(60);
  const files = ['--out', out, '--report', join(folder, 'r.json'), '--subtitles-out', join(folder, 's.vtt')];
  const args = [
    'dub',
    clip.video,
    '--to',
    'es',
    '--from',
    'en',
    '--subtitles',
    clip.spanish,
    ...files,
    '--json',
  ];
  called = await octavia(args, { env });
  if (called.code === 0) report = JSON.parse(called.stdout) as Report;
});

describe('the file of a minute of speech with Spanish subtitles', () => {
  it('ends well, prints its report and leaves nothing but what was asked for', () => {
    expect(called.stderr).not.toContain('octavia: ');
    expect(called.code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8'))).toEqual(report);
    expect(readdirSync(folder).sort()).toEqual(['dubbed.mp4', 'r.json', 's.vtt']);
  });

  it('keeps the picture bit for bit and the length', () => {
    expect(pictureHash(out)).toBe(pictureHash(clip.video));
    const [before, after] = [clip.video, out].map((file) => Number(probe(file).format.duration));
    expect(Math.abs((after ?? 0) / (before ?? 0) - 1)).toBeLessThanOrEqual(0.001);
    expect(report.durationMatch).toBeGreaterThanOrEqual(0.999);
  });

  it('carries the dub first and the original second, tagged', () => {
    const audio = probe(out).streams.filter(({ codec_type }) => codec_type === 'audio');
    expect(audio.map(({ tags, disposition }) => [tags?.language, disposition.default])).toEqual([
      ['spa', 1],
      ['eng', 0],
    ]);
    expect(audio[0]).toMatchObject({ channels: 2, sample_rate: '48000' });
  });
});

describe('the speech in it', () => {
  it('begins each line where it begins in the source, and lets none run into the next', () => {
    expect(report.segments).toHaveLength(clip.lines.length);
    const errors = report.segments.map(({ onsetErrorMs }) => Math.abs(onsetErrorMs));
    expect(p95([...errors])).toBeLessThanOrEqual(20);
    expect(Math.max(...errors)).toBeLessThanOrEqual(60);
    report.segments.forEach(({ dubEnd, speaker }, index) => {
      const next = report.segments[index + 1];
      if (next?.speaker === speaker) expect(dubEnd).toBeLessThanOrEqual(next.dubStart);
    });
  });

  it('says the given lines, and writes them as subtitles', () => {
    expect(report.segments.map(({ targetText }) => targetText)).toEqual(
      clip.lines.map(({ spanish }) => spanish),
    );
    const written = readSubtitles('s.vtt', new Uint8Array(readFileSync(join(folder, 's.vtt'))));
    expect(written.cues).toHaveLength(clip.lines.length);
  });

  it('is as loud as the source and does not clip', () => {
    const [source, dubbed] = [loudness(clip.video, 0), loudness(out, 0)];
    expect(Math.abs(source.lufs - dubbed.lufs)).toBeLessThanOrEqual(1);
    expect(dubbed.truePeak).toBeLessThanOrEqual(-1);
    expect(Math.abs(report.loudness.outputLufs - dubbed.lufs)).toBeLessThanOrEqual(0.5);
  });

  it('reports what the contract says', () => {
    expect(report).toMatchObject({
      schema: 'octavia.report/1',
      input: { file: 'clip.mp4', video: { codec: 'h264', width: 640, height: 360 } },
      output: { file: 'dubbed.mp4' },
      languages: { source: 'en', target: 'es' },
      network: { requests: 0, bytesSent: 0 },
    });
    expect(Object.keys(report.stages)).toEqual(
      expect.arrayContaining(['vad', 'synthesise', 'fit', 'mix', 'mux']),
    );
    expect(report.stages.recognise).toBeUndefined();
    expect(report.stages.vad).toMatchObject({ model: 'silero-vad', device: 'cpu' });
    expect(report.speechCoverage).toBeGreaterThan(0.5);
    expect(report.peakMemoryBytes).toBeGreaterThan(50e6);
  });
});
