import { describe, expect, it } from 'vitest';
import type { Engines, Recogniser } from '@octavia/pipeline/ports';
import { melody, tinyWhisper, WORD_SECONDS } from '../fixtures/tiny/whisper.ts';

const never = new AbortController().signal;
const { entry } = tinyWhisper();

type Device = 'webgpu' | 'cpu';

const wished = (...only: readonly Device[]) => ({
  ...entry,
  graphs: Object.fromEntries(
    Object.entries(entry.graphs ?? {}).map(([path, graph]) => [path, { ...graph, devices: only }]),
  ),
});

/** Has a recogniser of a host, on a device, do some work. */
const hearingWith =
  (engines: () => Engines) =>
  async <T>(device: Device, work: (recogniser: Recogniser) => Promise<T>): Promise<T> => {
    const recogniser = await engines().recogniser(wished(device), never);
    try {
      expect(recogniser.device).toBe(device);
      return await work(recogniser);
    } finally {
      await recogniser.close();
    }
  };

const texts = (words: readonly { text: string }[] | undefined) => words?.map(({ text }) => text).join(' ');

/** What every host's Whisper keeps, shown on one that hears melodies. */
export function whisperSuite(host: string, engines: () => Engines, devices: readonly Device[]): void {
  const hearing = hearingWith(engines);
  describe.each(devices)(`whisper, ${host}, %s`, (device) => {
    it('hears each window of a batch as it does alone, however long the others are', async () => {
      const said = ['ba de', 'so', 'du fi go hu la me ni', 'va ve vi'];
      await hearing(device, async (recogniser) => {
        const together = await recogniser.recognise(said.map(melody), 'en', never);
        expect(together.map(texts)).toEqual(said);
        for (const [index, text] of said.entries()) {
          const [alone = []] = await recogniser.recognise([melody(text)], 'en', never);
          expect(together[index]?.map(({ text }) => text)).toEqual(alone.map(({ text }) => text));
          for (const [at, word] of alone.entries()) {
            expect(together[index]?.[at]?.start).toBeCloseTo(word.start, 5);
            expect(together[index]?.[at]?.confidence).toBeCloseTo(word.confidence ?? NaN, 3);
          }
        }
      });
    });
  });

  describe(`whisper, ${host}`, () => listening(hearing));
}

function listening(hearing: ReturnType<typeof hearingWith>): void {
  it('gives words their times, from the heads that follow the sound', async () => {
    await hearing('cpu', async (recogniser) => {
      const [words = []] = await recogniser.recognise([melody('ba de so va')], 'en', never);
      expect(words).toHaveLength(4);
      for (const [index, word] of words.entries()) {
        expect(Math.abs(word.start - index * WORD_SECONDS)).toBeLessThan(0.1);
        expect(Math.abs(word.end - (index + 1) * WORD_SECONDS)).toBeLessThan(0.1);
        expect(word.confidence).toBeGreaterThan(0.5);
      }
    });
  });

  it('tells the language from the sound', async () => {
    await hearing('cpu', async (recogniser) => {
      expect(await recogniser.detect?.([melody('ba de fi')], never)).toMatchObject({ language: 'en' });
      const high = await recogniser.detect?.([melody('so va'), melody('te ti')], never);
      expect(high?.language).toBe('es');
      expect(high?.confidence).toBeGreaterThan(0.9);
    });
  });

  it('makes nothing up in silence, and does not go round in circles', async () => {
    await hearing('cpu', async (recogniser) => {
      const stuck = Array.from({ length: 20 }, () => 'ga').join(' ');
      const [silence, circles = []] = await recogniser.recognise(
        [new Float32Array(32_000), melody(stuck)],
        'en',
        never,
      );
      expect(silence).toEqual([]);
      expect(texts(circles)).toMatch(/^(ga ){5}(?!ga)/);
    });
  });

  it('refuses a language it does not know, and goes on', async () => {
    await hearing('cpu', async (recogniser) => {
      await expect(recogniser.recognise([melody('ba')], 'zu', never)).rejects.toMatchObject({
        code: 'model.failed',
      });
      expect(texts((await recogniser.recognise([melody('ba')], 'en-GB', never))[0])).toBe('ba');
      expect(await recogniser.recognise([], 'en', never)).toEqual([]);
    });
  });
}
