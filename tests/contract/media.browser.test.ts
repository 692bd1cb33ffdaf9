import { expect, it } from 'vitest';
import { FFmpeg } from '@ffmpeg/ffmpeg';
import coreURL from '@ffmpeg/core?url';
import wasmURL from '@ffmpeg/core/wasm?url';
import { blobMediaFile, createBrowserMedia } from '../../src/lib/host/ffmpeg.ts';
import type { BlobMediaFile } from '../../src/lib/host/ffmpeg.ts';
import type { Inspection } from '../support/sound/media-measure.ts';
import { timelineSuite } from './media-timeline.suite.ts';
import { mediaSuite } from './media.suite.ts';
import type { MediaHost } from './media.suite.ts';
import { decoded } from '../support/sound/decoded.ts';

/** An instance of the test's own, so that a file is judged by another than the one that wrote it. */
async function inspect(blob: Blob): Promise<Inspection> {
  const ffmpeg = new FFmpeg();
  try {
    await ffmpeg.load({ coreURL, wasmURL });
    await ffmpeg.writeFile('file', new Uint8Array(await blob.arrayBuffer()));
    const shown = ['-show_format', '-show_streams', '-show_chapters'];
    await ffmpeg.ffprobe(['-v', 'error', '-of', 'json', ...shown, '-i', 'file', '-o', 'probe']);
    const parsed = JSON.parse(String(await ffmpeg.readFile('probe', 'utf8'))) as Omit<
      Inspection,
      'pictureHash'
    >;
    if (!parsed.streams.some((stream) => stream.codec_type === 'video'))
      return { ...parsed, pictureHash: '' };
    const hash = ['-map', '0:v', '-c', 'copy', '-f', 'streamhash', '-hash', 'md5', 'hash'];
    await ffmpeg.exec(['-v', 'error', '-i', 'file', ...hash]);
    return { ...parsed, pictureHash: String(await ffmpeg.readFile('hash', 'utf8')) };
  } finally {
    ffmpeg.terminate();
  }
}

async function fixture(name: string): Promise<Blob> {
  const answer = await fetch(`/tests/fixtures/.generated/media/${name}`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.blob();
}

function browserHost(): Promise<MediaHost> {
  return Promise.resolve({
    media: createBrowserMedia(),
    open: async (name: string, alias = name) => blobMediaFile(await fixture(name), alias),
    inspect: (file) => inspect((file as BlobMediaFile).blob),
    close: () => Promise.resolve(),
  });
}

mediaSuite('the browser', browserHost);
timelineSuite('the browser', browserHost);

it('hears the same as the Node host, to −80 dB', async () => {
  const expected = new Float32Array(await (await fixture('clip.f32')).arrayBuffer());
  const file = blobMediaFile(await fixture('clip.mp4'), 'clip.mp4');
  const want = { track: 0, sampleRate: 16_000, channels: 1 };
  const pcm = await decoded(createBrowserMedia(), file, want, new AbortController().signal);
  const heard = pcm.channels[0] ?? new Float32Array();
  expect(heard.length).toBe(expected.length);
  const apart = expected.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (heard[at] ?? 0))), 0);
  expect(apart).toBeLessThan(1e-4);
});
