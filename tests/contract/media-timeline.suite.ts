import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outputContainer } from '@octavia/pipeline/media/container';
import type { Pcm } from '@octavia/pipeline/media-types';
import type { MediaHost } from './media.suite.ts';
import { decoded } from '../support/sound/decoded.ts';
import { soundOf } from '@octavia/pipeline/sound/sound';

const never = new AbortController().signal;
/** The fixtures have a burst every half second, and this much is left of each for the encoder's own delay. */
const CLOSE = 0.06;

/** When the bursts begin, in seconds. */
function bursts({ channels: [samples = new Float32Array(0)], sampleRate }: Pcm): number[] {
  const starts: number[] = [];
  let quietSince = -1;
  samples.forEach((sample, index) => {
    if (Math.abs(sample) < 0.1) return;
    if (quietSince < 0 || index - quietSince > 0.1 * sampleRate) starts.push(index / sampleRate);
    quietSince = index;
  });
  return starts;
}

/** One timeline, taken from what is in the file: whatever its header says, and however it was put together. */
export function timelineSuite(host: string, makeHost: () => Promise<MediaHost>): void {
  let tested: MediaHost;
  beforeAll(async () => {
    tested = await makeHost();
  });
  afterAll(() => tested.close());

  const decode = async (fixture: string) =>
    decoded(tested.media, await tested.open(fixture), { track: 0 }, never);

  describe(`the timeline of media of ${host}`, () => {
    it.each(['joined.mp3', 'rates.mp3', 'restarted.m2ts', 'chained.ogg'])(
      '%s: goes on where the sound changes its format or its clock',
      async (fixture) => {
        const pcm = await decode(fixture);
        const found = bursts(pcm);
        expect(found).toHaveLength(6);
        found.forEach((start, index) => expect(Math.abs(start - index / 2)).toBeLessThan(2 * CLOSE));
        expect(Math.abs(pcm.fileSeconds - 3)).toBeLessThan(2 * CLOSE);
        const { seconds } = await tested.media.probe(await tested.open(fixture), never);
        expect(Math.abs(seconds - 3)).toBeLessThan(2 * CLOSE);
      },
    );

    it('is as long as the picture where the sound ends before it', async () => {
      const pcm = await decode('brief.mp4');
      expect((pcm.channels[0]?.length ?? 0) / pcm.sampleRate).toBeCloseTo(1.5, 1);
      expect(pcm.fileSeconds).toBeCloseTo(3, 1);
    });

    it('keeps the corners of a room apart', async () => {
      const source = await tested.open('quad.mp4');
      const info = await tested.media.probe(source, never);
      const dub = soundOf(await decode('quad.mp4'));
      const wish = { track: 0, keepOriginal: true, targetLanguage: 'es', sourceLanguage: 'en' };
      const { file } = await tested.media.mux({ source, info, dub, container: 'mp4', ...wish }, never);
      const heard = await decoded(tested.media, file, { track: 0 }, never);
      const loudness = heard.channels.map((samples) =>
        samples.reduce((sum, sample) => sum + sample * sample, 0),
      );
      const [first = 0] = loudness;
      expect(loudness).toHaveLength(4);
      for (const each of loudness) expect(Math.abs(each / first - 1)).toBeLessThan(0.1);
    });

    it('takes what a maker adds behind the last box for no damage', async () => {
      const info = await tested.media.probe(await tested.open('trailer.mp4'), never);
      expect(info.damage).toBeUndefined();
      expect(info.seconds).toBeCloseTo(3, 1);
    });

    it('keeps the PCM sound of a camera by writing a MOV', async () => {
      const source = await tested.open('camera.mp4');
      const info = await tested.media.probe(source, never);
      expect(info.container).toBe('mp4');
      expect(outputContainer(info, false)).toBe('mp4');
      const container = outputContainer(info, true);
      expect(container).toBe('mov');
      const dub = soundOf(await decode('camera.mp4'));
      const wish = { track: 0, keepOriginal: true, container, targetLanguage: 'es', sourceLanguage: 'en' };
      const { file, dropped } = await tested.media.mux({ source, info, dub, ...wish }, never);
      expect(dropped).toEqual([]);
      const written = await tested.media.probe(file, never);
      expect(written.audio.map(({ codec }) => codec)).toEqual(['aac', 'pcm_s16le']);
    });
  });
}
