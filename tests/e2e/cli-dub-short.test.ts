import { copyFileSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '@octavia/pipeline';
import { speechClip, type Clip } from '../fixtures/clip.ts';
import { ffmpeg, octavia } from '../support/cli/octavia.ts';
import { onsets, samples } from '../support/sound/measure.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavia-dub-'));
const cache = join(folder, 'cache');
const env = { OCTAVIA_CACHE: cache };

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

let clip: Clip;
beforeAll(async () => {
  clip = await speechClip(15);
});
const place = (name: string) => {
  const home = mkdtempSync(join(folder, 'job-'));
  copyFileSync(clip.video, join(home, name));
  return home;
};
const dubbing = (name: string, ...more: string[]) => {
  return [
    'dub',
    ...more,
    '--to',
    'es',
    '--subtitles',
    clip.spanish,
    '--subtitles-language',
    'es',
    '--',
    name,
  ];
};

describe('a short clip', () => {
  it('is heard to begin its lines on time, by a measure of our own', async () => {
    const home = place('clip.mp4');
    const { code, stdout } = await octavia(dubbing('clip.mp4', '--background', 'none', '--json'), {
      cwd: home,
      env,
    });
    expect(code).toBe(0);
    const { segments } = JSON.parse(stdout) as Report;
    const heard = onsets(samples(join(home, 'clip.es.mp4'), 0, 16_000), 16_000, 0.25);
    for (const { start, dubStart } of segments) {
      const nearest = heard.toSorted((a, b) => Math.abs(a - start) - Math.abs(b - start))[0] ?? Infinity;
      expect(Math.abs(nearest - start)).toBeLessThanOrEqual(0.06);
      expect(Math.abs(nearest - dubStart)).toBeLessThanOrEqual(0.03);
    }
  });

  it('may have any name, and gets its own beside it', async () => {
    const name = '-It\'s "é" 🎬 %20; $HOME.mp4';
    const home = place(name);
    const { code, stdout } = await octavia(dubbing(name, '--drop-original'), { cwd: home, env });
    expect(code).toBe(0);
    const out = join(home, '-It\'s "é" 🎬 %20; $HOME.es.mp4');
    expect(stdout).toBe(`${out}\n`);
    expect(readdirSync(home)).toHaveLength(2);
    expect(probe(out).streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio']);
  });
});

describe('a short clip, stopped', () => {
  it('leaves nothing when stopped', async () => {
    const home = place('clip.mp4');
    const stopped = await octavia(dubbing('clip.mp4'), { cwd: home, env, interruptAt: /Speaking/ });
    expect(stopped).toMatchObject({ code: 5, stdout: '' });
    expect(stopped.stderr).toContain('[job.cancelled]');
    expect(readdirSync(home)).toEqual(['clip.mp4']);
    expect(existsSync(cache)).toBe(false);
  });

  it('goes on with --resume where it was stopped, and tidies up when done', async () => {
    const home = place('clip.mp4');
    const args = dubbing('clip.mp4', '--resume');
    const stopped = await octavia(args, { cwd: home, env, interruptAt: /Speaking/ });
    expect(stopped.code).toBe(5);
    expect(readdirSync(home)).toEqual(['clip.mp4']);
    const kept = readdirSync(cache, { recursive: true }).map(String);
    expect(kept.some((name) => name.includes('spans'))).toBe(true);
    const resumed = await octavia(args, { cwd: home, env });
    expect(resumed.code).toBe(0);
    expect(readdirSync(home).sort()).toEqual(['clip.es.mp4', 'clip.mp4']);
    expect(readdirSync(join(cache, 'jobs'))).toEqual([]);
  });
});

describe('a short clip, as it was asked for', () => {
  it('replaces an older result only when told its name', async () => {
    const home = place('clip.mp4');
    copyFileSync(clip.video, join(home, 'old.mp4'));
    const { code } = await octavia(dubbing('clip.mp4', '--out', 'old.mp4', '--quiet'), { cwd: home, env });
    expect(code).toBe(0);
    expect(probe(join(home, 'old.mp4')).streams).toHaveLength(3);
  });

  it('runs where it was told to, or says that it could not', async () => {
    const home = place('clip.mp4');
    const { code, stdout } = await octavia(dubbing('clip.mp4', '--device', 'cuda', '--json'), {
      cwd: home,
      env,
    });
    expect(code).toBe(0);
    const { stages, warnings } = JSON.parse(stdout) as Report;
    const told = warnings.some((warning) => warning.code === 'device.fallback');
    expect(told).toBe(stages.vad?.device !== 'cuda');
  });

  it('can be sound alone', async () => {
    const home = mkdtempSync(join(folder, 'job-'));
    ffmpeg('ffmpeg', '-v', 'error', '-i', clip.video, '-vn', join(home, 'talk.mp3'));
    const { code } = await octavia(dubbing('talk.mp3'), { cwd: home, env });
    expect(code).toBe(0);
    expect(probe(join(home, 'talk.es.mp3')).streams.map(({ codec_type }) => codec_type)).toEqual(['audio']);
  });
});
