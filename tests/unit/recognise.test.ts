import { describe, expect, it } from 'vitest';
import type { Engines, Recogniser } from '@octavia/pipeline/ports';
import type { Word } from '@octavia/pipeline/media-types';
import { sentence } from '@octavia/pipeline/stages/punctuate';
import { recognise } from '@octavia/pipeline/stages/recognise';
import { utterances } from '@octavia/pipeline/stages/utterances';
import { starter } from '../contract/starter.ts';

const RATE = 16_000;

/** Words of half a second, with a pause of a quarter before each that begins with a comma. */
function said(text: string): Word[] {
  let at = 0;
  return text.split(' ').map((word) => {
    if (word.startsWith(',')) at += 0.25;
    const start = at;
    at += 0.5;
    return { text: word.replace(',', ''), start, end: at, confidence: undefined };
  });
}

describe('sentence', () => {
  it.each([
    ["i think that i'm late", "I think that I'm late."],
    ['where did you put it', 'Where did you put it?'],
    ['are you there', 'Are you there?'],
    ['had he married a more amiable woman', 'Had he married a more amiable woman.'],
    ["what's the time", "What's the time?"],
    ['how many people are there in london', 'How many people are there in London.'],
    ['mr smith came on monday ,and left', 'Mr. Smith came on Monday, and left.'],
  ])('%s', (words, written) => {
    expect(sentence(said(words))).toBe(written);
  });

  it('is empty without words', () => {
    expect(sentence([])).toBe('');
  });
});

describe('utterances', () => {
  it('joins over short pauses and keeps long ones', () => {
    const spans = [
      { start: 0, end: 1 },
      { start: 1.2, end: 2 },
      { start: 2.5, end: 3 },
    ];
    expect(utterances(new Float32Array(4 * RATE), RATE, spans)).toEqual([
      { start: 0, end: 2 },
      { start: 2.5, end: 3 },
    ]);
  });

  it('divides long speech where it is quiet', () => {
    const samples = new Float32Array(20 * RATE).fill(0.3);
    samples.fill(0, 9 * RATE, 9.1 * RATE);
    const parts = utterances(samples, RATE, [{ start: 0, end: 20 }]);
    expect(parts).toHaveLength(2);
    expect(parts[0]?.end).toBeGreaterThan(8.99);
    expect(parts[0]?.end).toBeLessThan(9.11);
    expect(parts[1]).toEqual({ start: parts[0]?.end, end: 20 });
  });
});

describe('recognise', () => {
  it('tells lines in order of time, whichever is known first, and skips what has no words', async () => {
    const spans = [1, 2, 3].map((start) => ({ start, end: start + 0.5 }));
    const delays = [30, 5, 1];
    const answers = ['first', '', 'third'];
    let call = 0;
    const recogniser: Recogniser = {
      async recognise() {
        const index = call++;
        await new Promise((resolve) => setTimeout(resolve, delays[index]));
        const text = answers[index] ?? '';
        return text === '' ? [] : [{ text, start: 0.1, end: 0.4, confidence: 0.5 }];
      },
      close: () => Promise.resolve(),
    };
    const engines = { recogniser: () => Promise.resolve(recogniser) } as Partial<Engines> as Engines;
    const told: string[] = [];
    const { lines, language } = await recognise(
      { engines },
      starter('pocketsphinx-en-us'),
      new Float32Array(4 * RATE),
      spans,
      new AbortController().signal,
      { onLine: ({ id, text }) => told.push(`${id} ${text}`) },
    );
    expect(language).toBe('en');
    expect(told).toEqual(['s0001 First.', 's0002 Third.']);
    expect(lines.map(({ start, confidence }) => [start, confidence])).toEqual([
      [1, 0.5],
      [3, 0.5],
    ]);
  });
});
