import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { createDiskMedia, openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import type { DiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { makeMediaFixtures, MEDIA_FIXTURES } from '../fixtures/media.ts';
import type { Inspection } from '../support/sound/media-measure.ts';
import { timelineSuite } from './media-timeline.suite.ts';
import { mediaSuite } from './media.suite.ts';
import type { MediaHost } from './media.suite.ts';
import { decoded } from '../support/sound/decoded.ts';
import { soundOf } from '@octavia/pipeline/sound/sound';

const run = promisify(execFile);

async function inspect(path: string): Promise<Inspection> {
  const shown = ['-show_format', '-show_streams', '-show_chapters'];
  const probe = await run('ffprobe', ['-v', 'error', '-of', 'json', ...shown, `file:${path}`]);
  const parsed = JSON.parse(probe.stdout) as Omit<Inspection, 'pictureHash'>;
  const pictures = parsed.streams.filter((stream) => stream.codec_type === 'video');
  const hash = ['-map', '0:v', '-c', 'copy', '-f', 'streamhash', '-hash', 'md5', 'pipe:1'];
  const hashed =
    pictures.length > 0
      ? await run('ffmpeg', ['-v', 'error', '-nostdin', '-i', `file:${path}`, ...hash])
      : undefined;
  return { ...parsed, pictureHash: hashed?.stdout ?? '' };
}

async function diskHost(): Promise<MediaHost & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-media-'));
  return {
    folder,
    media: createDiskMedia(join(folder, 'scratch')),
    async open(fixture, name) {
      if (name === undefined) return openDiskFile(join(MEDIA_FIXTURES, fixture));
      await copyFile(join(MEDIA_FIXTURES, fixture), join(folder, name));
      return openDiskFile(join(folder, name));
    },
    inspect: (file) => inspect((file as DiskFile).path),
    close: () => rm(folder, { recursive: true }),
  };
}

beforeAll(makeMediaFixtures);

mediaSuite('Node', diskHost);
timelineSuite('Node', diskHost);

it('leaves nothing behind when it fails or is stopped', async () => {
  const host = await diskHost();
  const source = await host.open('clip.mp4');
  const signal = new AbortController();
  const info = await host.media.probe(source, signal.signal);
  const dub = await decoded(host.media, source, { track: 0 }, signal.signal);
  const request = {
    source,
    info,
    dub: soundOf(dub),
    track: 0,
    keepOriginal: true,
    container: 'mp4' as const,
    targetLanguage: 'es',
    sourceLanguage: 'en',
  };
  const write = host.media.mux(request, signal.signal, () => signal.abort());
  setTimeout(() => signal.abort(), 30);
  await expect(write).rejects.toMatchObject({ code: 'job.cancelled' });
  expect(await readdir(join(host.folder, 'scratch'))).toEqual([]);
  await host.close();
});

it('says when there is no such file', async () => {
  await expect(openDiskFile('/nowhere/at/all.mp4')).rejects.toMatchObject({ code: 'input.missing' });
});
