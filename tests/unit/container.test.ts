import { describe, expect, it } from 'vitest';
import { containerNamed, misfit, outputContainer, outputName } from '@octavia/pipeline/media/container';
import { fingerprint } from '@octavia/pipeline/media/fingerprint';
import type { MediaInfo } from '@octavia/pipeline/media-types';

const film = (codec: string, sound: string): MediaInfo => ({
  container: 'mp4',
  seconds: 1,
  video: { codec, width: 320, height: 180, rotation: 0, frameRate: 25 },
  audio: [
    {
      index: 0,
      codec: sound,
      sampleRate: 48_000,
      channels: 2,
      language: undefined,
      title: undefined,
      isDefault: true,
    },
  ],
  subtitles: 0,
  chapters: 0,
});

describe('the container of a dub', () => {
  it('is the source’s own, or one that can keep its sound', () => {
    expect(outputContainer(film('h264', 'aac'), true)).toBe('mp4');
    expect(outputContainer(film('h264', 'pcm_s16be'), true)).toBe('mov');
    expect(outputContainer(film('h264', 'pcm_s16be'), false)).toBe('mp4');
  });

  it('can be named by the ending of the file', () => {
    expect(containerNamed('A film.MKV')).toBe('mkv');
    expect(containerNamed('A film.avi')).toBeUndefined();
    expect(containerNamed('mkv')).toBeUndefined();
  });

  it('must be able to hold the picture', () => {
    expect(misfit('mkv', film('h264', 'aac'))).toBeUndefined();
    expect(misfit('mp3', film('h264', 'aac'))).toBe('A .mp3 file cannot hold a picture.');
    expect(misfit('webm', film('h264', 'aac'))).toMatch(/cannot hold h264 pictures, only vp8, vp9, av1/);
    expect(misfit('webm', film('vp9', 'opus'))).toBeUndefined();
  });
});

describe('the name of a dub', () => {
  it('says the language', () => {
    expect(outputName('/films/My clip.avi', 'es', 'mkv')).toBe('My clip.es.mkv');
    expect(outputName('.hidden', 'es', 'mp4')).toBe('.hidden.es.mp4');
  });

  it('is never longer than a file system takes, and never cut inside a character', () => {
    const name = outputName(`${'あ'.repeat(83)}.mp4`, 'es', 'mp4');
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^あ{82}\.es\.mp4$/);
  });
});

describe('a fingerprint', () => {
  const of = (bytes: Uint8Array): Promise<string> => {
    const read = (_: unknown, from: number, to: number): Promise<Uint8Array> =>
      Promise.resolve(bytes.subarray(from, to));
    return fingerprint({ read }, { name: 'f', bytes: bytes.length }, new AbortController().signal);
  };

  it.each([3, 40])('of %s MiB changes with a second of sound in the middle', async (mib) => {
    const bytes = new Uint8Array(mib * 2 ** 20).map((_, i) => i % 251);
    const before = await of(bytes);
    expect(await of(bytes.slice())).toBe(before);
    const second = 48_000 * 4;
    bytes.fill(0, bytes.length / 2, bytes.length / 2 + 1.4 * second);
    expect(await of(bytes)).not.toBe(before);
  });
});
