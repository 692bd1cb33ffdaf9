import { describe, expect, it } from 'vitest';
import { prepareWhisper } from '@octavia/pipeline/families/whisper/prepare';
import { endsInLoop } from '@octavia/pipeline/graph/loops';
import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { FIRST_MARK, markOf, TINY, tinyCTranslate2, tinyWeights } from '../fixtures/tiny/ctranslate2.ts';
import { filesOf, hubModel } from '../fixtures/tiny/hub-model.ts';
import { Reference } from '../support/models/whisper-reference.ts';

const never = new AbortController().signal;
const weights = tinyWeights();
const prepared = prepareWhisper(tinyCTranslate2(weights, 'float32'), { bits: 32 });
const model = hubModel(Object.fromEntries(prepared), {
  id: 'tiny-prepared-whisper',
  stage: 'recognise',
  runtime: 'whisper',
  languages: { source: ['en', 'es'], target: ['en'] },
  graphs: Object.fromEntries(
    [...prepared.keys()]
      .filter((path) => path.endsWith('.onnx'))
      .map((path) => [path, { devices: ['cpu'] as const, dtype: 'fp32' }]),
  ),
});

const tone = (step: number): Float32Array =>
  Float32Array.from({ length: TINY.frames * 320 }, (_, i) => 0.4 * Math.sin(i * step));

/** What a naive Whisper says, greedily, under the same rules. */
function said(
  reference: Reference,
  sound: Float32Array,
  language: string,
  task: 'transcribe' | 'translate' = 'transcribe',
): string[] {
  const hidden = reference.encode(sound);
  const prompt = [markOf('startoftranscript'), markOf(language), markOf(task), markOf('notimestamps')];
  const tokens: number[] = [];
  while (tokens.length < TINY.places / 2) {
    const { logits } = reference.decode([...prompt, ...tokens], hidden);
    const never = [3, 4, markOf('translate'), ...(tokens.length === 0 ? [5, markOf('endoftext')] : [])];
    const best = [...logits.keys()]
      .filter((token) => token <= markOf('notimestamps') && !never.includes(token))
      .sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0))
      .slice(0, 4)
      .find((token) => !endsInLoop([...tokens, token], 5));
    if (best === undefined || best === markOf('endoftext')) break;
    tokens.push(best);
  }
  return tokens.filter((token) => token < FIRST_MARK).map((token) => `w${token}`);
}

describe('whisper on the graphs that are made of CTranslate2 weights', () => {
  it('says what a naive Whisper says, window by window, and tells the language', async () => {
    const recogniser = await createEngines(filesOf([model]), 'no folder').recogniser(model.entry, never);
    try {
      const reference = new Reference(weights);
      const windows = [tone(0.2), tone(0.05)];
      const words = await recogniser.recognise(windows, 'es', never);
      expect(words.map((each) => each.map(({ text }) => text))).toEqual(
        windows.map((window) => said(reference, window, 'es')),
      );
      expect(words.flat().length).toBeGreaterThan(5);
      for (const { start, end } of words.flat()) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(TINY.frames * 0.02 + 1e-6);
        expect(end).toBeGreaterThanOrEqual(start);
      }
      const { logits } = reference.decode([markOf('startoftranscript')], reference.encode(tone(0.2)));
      const [en = 0, es = 0] = ['en', 'es'].map((name) => Math.exp(logits[markOf(name)] ?? 0));
      const guess = await recogniser.detect?.([tone(0.2)], never);
      expect(guess?.language).toBe(en > es ? 'en' : 'es');
      expect(guess?.confidence).toBeCloseTo(Math.max(en, es) / (en + es), 3);
    } finally {
      await recogniser.close();
    }
  });

  it('translates as a naive Whisper does that is told to', async () => {
    const recogniser = await createEngines(filesOf([model]), 'no folder').recogniser(model.entry, never);
    try {
      const reference = new Reference(weights);
      const texts = await recogniser.translate?.([tone(0.2)], 'es', never);
      expect(texts).toEqual([said(reference, tone(0.2), 'es', 'translate').join(' ')]);
    } finally {
      await recogniser.close();
    }
  });
});
