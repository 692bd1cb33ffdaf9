import { describe, expect, it } from 'vitest';
import { translate } from '@octavia/pipeline/stages/translate/translate';
import type { Line } from '@octavia/pipeline';
import type { Host } from '@octavia/pipeline/ports';
import { recognise } from '@octavia/pipeline/stages/recognise/recognise';
import { tinyM2m100 } from '../fixtures/tiny/m2m100.ts';
import type { HubModel } from '../fixtures/tiny/hub-model.ts';
import { tinySupertonic } from '../fixtures/tiny/supertonic.ts';
import { melody, tinyWhisper, WORD_SECONDS } from '../fixtures/tiny/whisper.ts';
import { mono } from '../support/sound/in-memory.ts';

const never = new AbortController().signal;

/** Heard, translated and spoken by models in the layouts of a hub, from the stages' own entrance. */
export const TINY_MODELS: readonly HubModel[] = [tinyWhisper(), tinyM2m100(), tinySupertonic()];

export function tinyPipelineSuite(
  host: string,
  open: () => Pick<Host, 'engines' | 'inference' | 'models'>,
): void {
  describe(`from sound to speech with models of a hub, ${host}`, () => {
    it('finds the language, hears every line, writes it in another language and says it', async () => {
      const [whisper, m2m100, supertonic] = TINY_MODELS;
      const tune = 'so va ve - te - - - vi ro - - - - so su';
      const sound = melody(tune);
      const spans = [
        { start: 0, end: 3 * WORD_SECONDS },
        { start: 4 * WORD_SECONDS, end: 5 * WORD_SECONDS },
        { start: 8 * WORD_SECONDS, end: 10 * WORD_SECONDS },
        { start: 14 * WORD_SECONDS, end: 16 * WORD_SECONDS },
      ];
      const { engines, ...platform } = open();
      const told: string[] = [];
      const task = {
        host: { engines },
        signal: never,
        onLanguage: (language: string) => told.push(language),
        onLine: ({ text }: Line) => told.push(text),
      };
      const heard = await recognise(task, whisper!.entry, mono(sound, 16_000), spans, 'auto');
      expect(heard.transcript.language).toBe('es');
      expect(heard.confidence).toBeGreaterThan(0.9);
      expect(told).toEqual(['es', ...heard.transcript.lines.map(({ text }) => text)]);
      // A silence ends a sentence in this Whisper, so it gives of the window only what is before it. The speech
      // without words is heard again alone; one word is too short for that.
      expect(heard.transcript.lines.map(({ text }) => text)).toEqual(['so va ve', 'vi ro', 'so su']);

      const want = { source: 'es', target: 'fr' };
      const { lines } = await translate(
        { host: platform, signal: never },
        m2m100!.entry,
        heard.transcript,
        want,
      );
      expect(lines[0]?.candidates[0]?.toLowerCase()).toContain('uq xc xg');

      const synthesiser = await engines.synthesiser(supertonic!.entry, never);
      try {
        const [voice] = synthesiser.voices('en');
        if (voice === undefined) throw new Error('no voice');
        const text = lines[0]?.candidates[0] ?? '';
        const { channels } = await synthesiser.speak(
          { text, voice, pace: 1, medianF0: voice.medianF0, f0Range: 1 },
          never,
        );
        expect(channels[0]?.length).toBeGreaterThan(8000);
      } finally {
        await synthesiser.close();
      }
    });
  });
}
