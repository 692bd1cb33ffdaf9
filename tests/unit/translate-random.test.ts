import { translate, type TranslateRequest } from '@octavia/pipeline/stages/translate/translate';
import type { Line, TranslatedLine } from '@octavia/pipeline';
import { describe, expect, it } from 'vitest';
import { tinyMarian } from '../fixtures/tiny-marian.ts';
import { graphHost } from '../support/models/graph-host.ts';

const { entry, files } = tinyMarian('merged');
const host = graphHost((file) => files.get(file));
const never = new AbortController().signal;
const run = async (
  texts: readonly string[],
  more: Partial<TranslateRequest> = {},
): Promise<TranslatedLine[]> => {
  const lines = texts.map((text, index): Line => ({
    id: `s${index}`,
    speaker: 'a',
    start: index,
    end: index + 1,
    text,
    confidence: undefined,
  }));
  const told: TranslatedLine[] = [];
  const { lines: out, device } = await translate(
    { host, signal: never, onLine: (line) => told.push(line) },
    entry,
    { language: 'en', lines },
    { source: 'en', target: 'es', ...more },
  );
  expect(told.sort((a, b) => out.indexOf(a) - out.indexOf(b))).toEqual(out);
  expect(device).toBe('cpu');
  expect(out.map((line) => line.id)).toEqual(lines.map((line) => line.id));
  for (const line of out) expect(new Set(line.candidates).size).toBe(line.candidates.length);
  return out;
};

/** A model of random weights says nonsense: what must hold whatever a model says. */
describe('translate with random weights', () => {
  it('numbers, addresses, given terms and emoji are never lost', async () => {
    const texts = [
      'octavia was made in 1984 by ann',
      'go to www.x.com at 3:30 now 😀',
      'the server is down',
      'a 東京 b',
    ];
    const out = await run(texts, { doNotTranslate: ['Octavia'], glossary: { server: 'servidor' } });
    for (const candidate of out[0]?.candidates ?? []) {
      expect(candidate).toMatch(/Octavia/);
      expect(candidate).toMatch(/1984/);
    }
    for (const candidate of out[1]?.candidates ?? []) expect(candidate).toMatch(/www\.x\.com.*3:30.*😀$/);
    for (const candidate of out[2]?.candidates ?? []) expect(candidate).toContain('servidor');
    for (const candidate of out[3]?.candidates ?? []) expect(candidate).toContain('東京');
    const [russian] = await run(['Привет, как дела?']);
    expect(russian?.notes).toEqual(['translate.untranslated']);
  });

  it('what says nothing stays as it is; what says something is never empty', async () => {
    const out = await run(['', '😀 🎉', '1984', '...', 'a', '?!', 'Hello there. ¡Olé!']);
    expect(out.slice(0, 4).map((line) => line.candidates)).toEqual([[''], ['😀 🎉'], ['1984'], ['...']]);
    for (const line of out.slice(4)) expect(line.candidates[0]?.trim()).not.toBe('');
  });

  it('2,000 words and a word said 500 times end, bounded, and the latter is noted', async () => {
    const long = Array.from(
      { length: 2000 },
      (_, index) => ['some', 'words', 'go', 'on'][(index * 7) % 4] ?? '',
    ).join(' ');
    const [repeated, varied] = await run(['no '.repeat(500), long]);
    expect(repeated?.notes).toContain('translate.repetition');
    expect(repeated?.candidates[0]?.length).toBeLessThan(400);
    expect(varied?.candidates[0]?.length).toBeGreaterThan(0);
  });

  it('the same line gives the same translation alone and among others', async () => {
    const texts = ['where are you', 'one two three four five six seven', 'hi'];
    const together = await run(texts);
    for (const [index, text] of texts.entries()) {
      const [alone] = await run([text]);
      expect(together[index]?.candidates).toEqual(alone?.candidates);
    }
  });
});

describe('translate as it goes', () => {
  it('reports progress up to 1 and stops when aborted', async () => {
    const fractions: number[] = [];
    const line: Line = {
      id: 's1',
      speaker: 'a',
      start: 0,
      end: 1,
      text: 'Go home. Be quiet. Sit down.',
      confidence: undefined,
    };
    const transcript = { language: 'en', lines: [line] };
    const want = { source: 'en', target: 'es' };
    const onProgress = (fraction: number) => fractions.push(fraction);
    await translate({ host, signal: never, onProgress }, entry, transcript, want);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    const stop = new AbortController();
    const stopped = translate(
      { host, signal: stop.signal, onProgress: () => stop.abort() },
      entry,
      transcript,
      want,
    );
    await expect(stopped).rejects.toMatchObject({ code: 'job.cancelled' });
  });
});
