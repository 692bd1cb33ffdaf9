import { describe, expect, it } from 'vitest';
import type { Recogniser } from '@octavia/pipeline/ports';
import type { Word } from '@octavia/pipeline/media-types';
import { englishLikeness, LIKE_ENGLISH } from '@octavia/pipeline/stages/recognise/likeness';
import { sentence, written } from '@octavia/pipeline/stages/recognise/punctuate';
import { recognise } from '@octavia/pipeline/stages/recognise/recognise';
import { utterances } from '@octavia/pipeline/stages/recognise/utterances';
import { windowsOf, wordsByUtterance } from '@octavia/pipeline/stages/recognise/windows';
import { starter } from '../support/models/starter.ts';
import { mono } from '../support/sound/in-memory.ts';

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
  it('joins over short pauses and keeps long ones', async () => {
    const spans = [
      { start: 0, end: 1 },
      { start: 1.2, end: 2 },
      { start: 2.5, end: 3 },
    ];
    expect(await utterances(mono(new Float32Array(4 * RATE), RATE), spans)).toEqual([
      { start: 0, end: 2 },
      { start: 2.5, end: 3 },
    ]);
  });

  it('divides long speech where it is quiet', async () => {
    const samples = new Float32Array(20 * RATE).fill(0.3);
    samples.fill(0, 9 * RATE, 9.1 * RATE);
    const parts = await utterances(mono(samples, RATE), [{ start: 0, end: 20 }]);
    expect(parts).toHaveLength(2);
    expect(parts[0]?.end).toBeGreaterThan(8.99);
    expect(parts[0]?.end).toBeLessThan(9.11);
    expect(parts[1]).toEqual({ start: parts[0]?.end, end: 20 });
  });
});

describe('written', () => {
  it.each([
    [['Hello,', 'Mr.', 'Smith.'], 'Hello, Mr. Smith.'],
    [['今日は', '雨', 'です。'], '今日は雨です。'],
  ])('%s', (texts, whole) => {
    expect(written(texts.map((text) => ({ text, start: 0, end: 1, confidence: undefined })))).toBe(whole);
  });
});

describe('windows', () => {
  const parts = [0, 9, 18, 27, 36].map((start) => ({ start, end: start + 8 }));

  it('hold as many utterances as fit, with their padding', () => {
    expect(windowsOf(parts, 30).map(({ start, end }) => [start, end])).toEqual([
      [0, 26],
      [27, 44],
    ]);
    expect(windowsOf(parts, undefined)).toHaveLength(5);
  });

  it('leave out words that were timed where nobody speaks', () => {
    const word = (start: number) => ({ text: `${start}`, start, end: start + 0.2, confidence: undefined });
    const speech = [
      { start: 1, end: 2 },
      { start: 8, end: 9 },
    ];
    const said = wordsByUtterance([word(0.6), word(1.5), word(2.1), word(5), word(8.5)], speech);
    expect(said.map((words) => words.map(({ text }) => text))).toEqual([['0.6', '1.5', '2.1'], ['8.5']]);
  });

  it('keep a word to which the pause beside it was given, on the side where it sounds', () => {
    const speech = [
      { start: 1, end: 4.3 },
      { start: 5.35, end: 8 },
    ];
    const words = [
      { text: 'not', start: 3.9, end: 4.24, confidence: 0.9 },
      { text: 'what', start: 4.24, end: 5.52, confidence: 0.9 },
      { text: 'your', start: 5.52, end: 5.7, confidence: 0.9 },
    ];
    const [before = [], after = []] = wordsByUtterance(words, speech);
    expect(before.map(({ text }) => text)).toEqual(['not']);
    expect(after.map(({ text, start, end }) => [text, start, end])).toEqual([
      ['what', 5.35, 5.52],
      ['your', 5.52, 5.7],
    ]);
  });
});

/** Hears `answers` over and over, one word a window; remembers how it was asked. */
function fakeRecogniser(
  answers: readonly string[],
  more: Partial<Recogniser> = {},
): Recogniser & { readonly asked: { windows: number[]; language: string }[] } {
  const asked: { windows: number[]; language: string }[] = [];
  let next = 0;
  return {
    asked,
    device: 'cpu',
    takes: { windows: 1, seconds: undefined },
    style: 'bare',
    async recognise(windows, language) {
      asked.push({ windows: windows.map(({ length }) => length / RATE), language });
      const from = next;
      next += windows.length;
      await new Promise((resolve) => setTimeout(resolve, 20 - 5 * from));
      return windows.map((_, row) => {
        const text = answers[(from + row) % answers.length] ?? '';
        return text === '' ? [] : [{ text, start: 0.1, end: 0.4, confidence: 0.5 }];
      });
    },
    close: () => Promise.resolve(),
    ...more,
  };
}

const SPANS = [1, 2, 3].map((start) => ({ start, end: start + 0.5 }));
const hear = (recogniser: Recogniser, source: string, told: string[] = []) =>
  recognise(
    {
      host: { engines: { recogniser: () => Promise.resolve(recogniser) } },
      signal: new AbortController().signal,
      onLine: ({ id, text }) => told.push(`${id} ${text}`),
      onLanguage: (language, confidence) => told.push(`${language} ${confidence}`),
    },
    starter('pocketsphinx-en-us'),
    mono(new Float32Array(4 * RATE), RATE),
    SPANS,
    source,
  );

describe('speech that may not be English', () => {
  const words = (text: string): Word[] =>
    text.split(' ').map((word, at) => ({ text: word, start: at, end: at + 1, confidence: undefined }));
  const english = 'he was not an ill disposed young man unless to be rather cold hearted';
  const madeUp = 'must i be in the pre really a so he got the all';
  /** Hears the first of the texts, then the second. */
  const hears =
    (...texts: string[]) =>
    () =>
      Promise.resolve([words(texts.shift() ?? '')]);
  const sound = [new Float32Array(RATE)];

  it('is told by how alike two hearings are', async () => {
    const again = english.replace('rather', 'leather');
    const like = await englishLikeness(hears(english, again), sound, RATE);
    const unlike = await englishLikeness(
      hears(madeUp, 'last see being the really uh so god the old'),
      sound,
      RATE,
    );
    expect(like).toBeGreaterThan(LIKE_ENGLISH);
    expect(unlike).toBeLessThan(LIKE_ENGLISH);
    expect(await englishLikeness(hears('yes no'), sound, RATE)).toBeUndefined();
  });

  it('stops, unless the user says what it is', async () => {
    let turn = 0;
    const recogniser = {
      ...fakeRecogniser([]),
      recognise: (windows: readonly Float32Array[]) =>
        Promise.resolve(windows.map(() => words(turn++ % 2 === 0 ? madeUp : english))),
    };
    await expect(hear(recogniser, 'auto')).rejects.toMatchObject({ code: 'language.unrecognised' });
    expect((await hear(recogniser, 'en')).transcript.language).toBe('en');
  });
});

describe('recognise', () => {
  it('tells lines in order of time, whichever is known first, and skips what has no words', async () => {
    const told: string[] = [];
    const { transcript, confidence } = await hear(fakeRecogniser(['first', '', 'third']), 'auto', told);
    expect(transcript.language).toBe('en');
    expect(confidence).toBeUndefined();
    expect(told).toEqual(['s0001 First.', 's0002 Third.']);
    expect(transcript.lines.map((line) => [line.start, line.confidence])).toEqual([
      [1, 0.5],
      [3, 0.5],
    ]);
  });

  it('finds the language first, then listens for it, to as many windows at once as are taken', async () => {
    const listened: number[] = [];
    const detect = (windows: readonly Float32Array[]) => {
      listened.push(windows.length);
      return Promise.resolve({ language: 'es', confidence: 0.5 });
    };
    const recogniser = fakeRecogniser(['Uno', 'Dos', 'Tres'], {
      takes: { windows: 2, seconds: undefined },
      style: 'written',
      detect,
    });
    const told: string[] = [];
    const { transcript, confidence } = await hear(recogniser, 'auto', told);
    expect([transcript.language, confidence]).toEqual(['es', 0.5]);
    expect(listened).toEqual([2, 1]);
    expect(told).toEqual(['es 0.5', 's0001 Uno', 's0002 Dos', 's0003 Tres']);
    expect(recogniser.asked.map(({ windows, language }) => [windows.length, language])).toEqual([
      [2, 'es'],
      [1, 'es'],
    ]);
    expect((await hear(fakeRecogniser(['Ein'], { detect }), 'de')).transcript.language).toBe('de');
  });

  it('joins utterances to windows and gives each its own words again', async () => {
    const recogniser = fakeRecogniser(['All'], { takes: { windows: 4, seconds: 30 } });
    const { transcript } = await hear(recogniser, 'en');
    expect(recogniser.asked).toEqual([{ windows: [2.7], language: 'en' }]);
    expect(transcript.lines.map(({ start, text }) => [start, text])).toEqual([[1, 'All.']]);
  });
});

describe('recognise, what needs a second look', () => {
  it('hears speech that got no word once more, alone, and says what was not understood', async () => {
    const asked: number[][] = [];
    const recogniser = fakeRecogniser([], {
      takes: { windows: 2, seconds: 30 },
      style: 'written',
      recognise: (windows) => {
        asked.push(windows.map(({ length }) => length / RATE));
        const word = (text: string, start: number) => ({ text, start, end: start + 0.3, confidence: 0.9 });
        return Promise.resolve(
          asked.length === 1 ? [[word('One', 0.2), word('short', 6.2)]] : [[word('two', 0.3)], []],
        );
      },
    });
    const speech = [
      { start: 1, end: 2.5 },
      { start: 3, end: 4.5 },
      { start: 5, end: 6.2 },
      { start: 7, end: 7.5 },
    ];
    const { transcript, silent } = await recognise(
      {
        host: { engines: { recogniser: () => Promise.resolve(recogniser) } },
        signal: new AbortController().signal,
      },
      starter('pocketsphinx-en-us'),
      mono(new Float32Array(9 * RATE), RATE),
      speech,
      'en',
    );
    expect(asked.map((lengths) => lengths.map((length) => Math.round(10 * length) / 10))).toEqual([
      [6.7],
      [1.7, 1.4],
    ]);
    expect(transcript.lines.map(({ start, text }) => [start, text])).toEqual([
      [1, 'One'],
      [3, 'two'],
      [7, 'short'],
    ]);
    expect(silent).toEqual([{ start: 5, end: 6.2 }]);
  });

  it('lets several windows vote on the language, also where it takes one at a time', async () => {
    const guesses = [
      { language: 'en', confidence: 0.5 },
      { language: 'fr', confidence: 0.4 },
      { language: 'fr', confidence: 0.8 },
    ];
    const recogniser = fakeRecogniser(['Un', 'Deux', 'Trois'], {
      style: 'written',
      detect: () => Promise.resolve(guesses.shift() ?? { language: 'und', confidence: 0 }),
    });
    const { transcript, confidence } = await hear(recogniser, 'auto');
    expect(transcript.language).toBe('fr');
    expect(confidence).toBeCloseTo(0.4, 5);
  });
});
