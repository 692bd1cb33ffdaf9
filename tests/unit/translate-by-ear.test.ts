import { describe, expect, it } from 'vitest';
import type { Line } from '@octavia/pipeline/media-types';
import type { Recogniser } from '@octavia/pipeline/ports';
import { translateByEar } from '@octavia/pipeline/stages/translate/by-ear';
import { hubModel } from '../fixtures/tiny/hub-model.ts';
import { mono } from '../support/sound/in-memory.ts';

const RATE = 16_000;
const never = new AbortController().signal;
const { entry: model } = hubModel(
  {},
  { id: 'listener', stage: 'recognise', runtime: 'whisper', languages: { source: ['es'], target: ['en'] } },
);

/** Whatever it hears, it says the second at which that is loud, if any. */
function listening(closed: () => void): Recogniser {
  return {
    device: 'cpu',
    takes: { windows: 2, seconds: 30 },
    style: 'written',
    recognise: () => Promise.reject(new Error('not asked to transcribe')),
    translate: (windows, language) =>
      Promise.resolve(
        windows.map((sound) => (sound.some((value) => value > 0.1) ? `${language} ${loudest(sound)}` : '')),
      ),
    close: () => Promise.resolve(closed()),
  };
}

const loudest = (sound: Float32Array): string => Math.max(...sound).toFixed(1);

const line = (number: number, start: number, end: number): Line => ({
  id: `s000${number}`,
  speaker: 'speaker-1',
  start,
  end,
  text: `Línea ${number}.`,
  confidence: 0.9,
});

describe('translateByEar', () => {
  it('hears each sentence alone and says what stays without words', async () => {
    const sound = new Float32Array(10 * RATE);
    sound.fill(0.2, RATE, 2 * RATE);
    sound.fill(0.6, 6 * RATE, 7 * RATE);
    // The last two are one sentence, cut at a pause.
    const cut = [
      { ...line(3, 6, 6.5), text: 'la casa donde' },
      { ...line(4, 6.6, 7), text: 'vive él' },
    ];
    const lines = [line(1, 1, 2), line(2, 3, 5), ...cut];
    let closed = 0;
    const fractions: number[] = [];
    const engines = { recogniser: () => Promise.resolve(listening(() => closed++)) };
    const task = { host: { engines }, signal: never, onProgress: (done: number) => fractions.push(done) };
    const done = await translateByEar(task, model, mono(sound, RATE), { language: 'es', lines });
    expect(done.lines).toEqual([
      { id: 's0001', candidates: ['es 0.2'], notes: [] },
      { id: 's0002', candidates: ['Línea 2.'], notes: ['translate.untranslated'] },
      { id: 's0003', candidates: ['es'], notes: [] },
      { id: 's0004', candidates: ['0.6'], notes: [] },
    ]);
    expect(fractions).toEqual([1 / 2, 1]);
    expect(closed).toBe(1);
  });
});
