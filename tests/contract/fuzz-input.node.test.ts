import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OctaviaError } from '@octavia/pipeline/errors';
import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { writeSrt, writeVtt } from '@octavia/pipeline/subtitles/write';
import { createDiskMedia, openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { makeMediaFixtures, MEDIA_FIXTURES } from '../fixtures/media.ts';
import { FUZZ, mutated, seeded } from '../support/fuzz/random.ts';
import { decoded } from '../support/sound/decoded.ts';

/** Together 300, and 10,000 with OCTAVIA_FUZZ=34. */
const MEDIA = 60 * FUZZ;
const SUBTITLES = 240 * FUZZ;

const never = new AbortController().signal;
let folder = '';

beforeAll(async () => {
  await makeMediaFixtures();
  folder = await mkdtemp(join(tmpdir(), 'octavia-fuzz-'));
  vi.stubEnv('OCTAVIA_MEDIA_DECODED_GIB', '0.05');
  vi.stubEnv('OCTAVIA_FFMPEG_GIB', '1');
  vi.stubEnv('OCTAVIA_FFMPEG_STALL_SECONDS', '20');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const FILES = [
  'clip.mp4',
  'front.mp4',
  'full.mkv',
  'clip.webm',
  'sound.mp3',
  'sound.wav',
  'sound.flac',
  'clip.avi',
];

/** A fault that lies with the file, so that it is not tried again. */
const FINAL = /^(?:input|policy)\./;

it(`of ${MEDIA} damaged media files each is read, or refused for good (case 11)`, async () => {
  const media = createDiskMedia(join(folder, 'scratch'));
  const path = join(folder, 'mutant');
  const strange: string[] = [];
  for (let seed = 1; seed <= MEDIA; seed++) {
    const random = seeded(seed);
    const name = random.of(FILES) ?? '';
    const whole = await readFile(join(MEDIA_FIXTURES, name));
    // Most of what a reader can be led astray by is in the headers.
    const head = random() < 0.7 ? Math.min(whole.length, 2048) : whole.length;
    await writeFile(path, Buffer.concat([mutated(whole.subarray(0, head), random), whole.subarray(head)]));
    try {
      const file = await openDiskFile(path);
      const info = await media.probe(file, never);
      if (!(info.seconds >= 0 && info.seconds < 50_000)) strange.push(`${name}, ${seed}: ${info.seconds} s`);
      if (info.audio.length === 0) continue;
      await decoded(media, file, { track: 0, sampleRate: 16_000, channels: 1 }, never);
    } catch (error) {
      const final = error instanceof OctaviaError && FINAL.test(error.code);
      // Sound that no decoder knows is not the machine's fault either, but said by another code.
      const media = error instanceof OctaviaError && error.code === 'media.failed';
      if (!final && !media) strange.push(`${name}, seed ${seed}: ${String(error)}`);
    }
  }
  expect(strange).toEqual([]);
});

const CUES = `1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> there.

2
00:00:03.000 --> 00:00:04.000
- One speaks.
- Another answers.

00:01:00,000 --> 00:01:02,000 X1:10 X2:20
{\\an8}At the top.
`;

it(`of ${SUBTITLES} damaged subtitles each is read in order and written again, or refused (case 11)`, () => {
  const texts = [CUES, `WEBVTT\n\nNOTE hi\n\n${CUES.replaceAll(',', '.')}`, '\ufeff' + CUES];
  const strange: string[] = [];
  for (let seed = 1; seed <= SUBTITLES; seed++) {
    const random = seeded(seed);
    const bytes = new TextEncoder().encode(random.of(texts));
    try {
      const { cues } = readSubtitles('a.srt', mutated(bytes, random));
      const ordered = cues.every(
        ({ start, end, text }, at) =>
          start >= 0 &&
          end > start &&
          text !== '' &&
          start >= (cues[at - 1]?.start ?? 0) &&
          Number.isFinite(end),
      );
      if (!ordered || cues.length === 0) strange.push(`seed ${seed}: ${JSON.stringify(cues)}`);
      expect(writeVtt(cues).startsWith('WEBVTT')).toBe(true);
      writeSrt(cues);
    } catch (error) {
      const refused = error instanceof OctaviaError && error.code.startsWith('subtitles.');
      if (!refused) strange.push(`seed ${seed}: ${String(error)}`);
    }
  }
  expect(strange).toEqual([]);
});
