import { translate, type TranslateRequest } from '@octavia/pipeline/stages/translate/translate';
import type { Line, TranslatedLine } from '@octavia/pipeline';
import { finish } from '@octavia/pipeline/stages/translate/finish';
import { sentencesOf } from '@octavia/pipeline/language/sentences';
import { exactTerms, findTerms, holds, strayNumbers } from '@octavia/pipeline/stages/translate/terms';
import { tidy } from '@octavia/pipeline/stages/translate/tidy';
import { typeset } from '@octavia/pipeline/stages/translate/typeset';
import { lineCandidates, ranked } from '@octavia/pipeline/stages/translate/wording';
import { describe, expect, it } from 'vitest';
import { tinyMarian } from '../fixtures/tiny-marian.ts';
import { graphHost } from '../support/models/graph-host.ts';

describe('tidy', () => {
  it.each([
    ['“It’s  here” — now…', '"It\'s here" - now...'],
    ['That is $5.50, or 20%.', 'That is 5.50 dollars, or 20 percent.'],
    ['It cost $3 million & more', 'It cost 3 million dollars and more'],
    ['WHERE ARE YOU? I AM HERE!', 'Where are you? I am here!'],
    ['NASA', 'NASA'],
    ['Call NASA now', 'Call NASA now'],
    ['no no no no no no no', 'no no no no no no no'],
    ['very, very, very good', 'very, very, very good'],
    ['I see. '.repeat(30).trim(), 'I see. '.repeat(12).trim()],
    ['Minus 5 ℃, -$20', '-5 degrees, -20 dollars'],
    ['No-no-no!', 'No, no, no!'],
    ['WHAT?!?!?!', 'What?'],
  ])('%j → %j', (line, expected) => {
    expect(tidy(line, 'en').text).toBe(expected);
  });

  it('takes out emoji, says when repeats were cut, and leaves other languages their signs', () => {
    expect(tidy('Hi 👋🏽 you 👨‍👩‍👧 🇪🇸', 'en')).toEqual({
      before: '',
      text: 'Hi you',
      after: '',
      emoji: '👋🏽👨‍👩‍👧🇪🇸',
      cutRepeats: false,
    });
    expect(tidy('ja '.repeat(20), 'de')).toMatchObject({ text: 'ja '.repeat(12).trim(), cutRepeats: true });
    expect(tidy('Das kostet 5 %.', 'de').text).toBe('Das kostet 5 %.');
  });
});

describe('sentencesOf', () => {
  it.each([
    ['Hello there. How are you? Fine!', ['Hello there.', 'How are you?', 'Fine!']],
    ['Mr. Smith met Dr. J. Jones. They left.', ['Mr. Smith met Dr. J. Jones.', 'They left.']],
    ['Well... maybe.', ['Well... maybe.']],
    [
      'The U.S. Army came. He lives in the U.S. She left.',
      ['The U.S. Army came.', 'He lives in the U.S.', 'She left.'],
    ],
    ['We met Gov. Lee at 5 p.m. They left.', ['We met Gov. Lee at 5 p.m.', 'They left.']],
    ['J. R. R. Tolkien vs. Apple Inc. Done.', ['J. R. R. Tolkien vs. Apple Inc. Done.']],
    [
      'No. I will not. No. 5 is alive. It was I. You know.',
      ['No.', 'I will not.', 'No. 5 is alive.', 'It was I.', 'You know.'],
    ],
    ['', []],
  ])('%j', (text, expected) => {
    expect(sentencesOf(text, 'en')).toEqual(expected);
  });

  it('cuts what is long at clauses and loses no word', () => {
    const long =
      'we went down to the river early in the morning to look for the boat that my brother had left there, but nobody had seen it since the storm and so we had to walk all the way back home with nothing but wet shoes';
    const parts = sentencesOf(long, 'en');
    expect(parts.join(' ')).toBe(long);
    expect(parts).toHaveLength(2);
    expect(parts[1]).toMatch(/^but/);
    const short = sentencesOf(long, 'en', 16);
    expect(short.join(' ')).toBe(long);
    expect(short.slice(1).map((part) => part.split(' ')[0])).toEqual(['that', 'but', 'so']);
    const words = Array.from({ length: 2000 }, (_, index) => `w${index}`).join(' ');
    const many = sentencesOf(words, 'en');
    expect(many.join(' ')).toBe(words);
    expect(Math.max(...many.map((part) => part.split(' ').length))).toBeLessThanOrEqual(40);
  });
});

describe('terms', () => {
  const rules = {
    source: 'en',
    target: 'es',
    glossary: { server: 'servidor', 'mail server': 'servidor de correo' },
    doNotTranslate: ['Octavia'],
    knows: (word: string) => /^[a-z0-9]+$/i.test(word),
  };
  const found = (sentence: string) => findTerms(sentence, rules).map(({ target, kind }) => [target, kind]);

  it('finds addresses, given terms (longest first), numbers and what the model cannot read', () => {
    expect(found('OCTAVIA sent 1,250 mails to me@a.org (see www.x.com/a?b=1), 3.5 each.')).toEqual([
      ['Octavia', 'keep'],
      ['1250', 'number'],
      ['me@a.org', 'opaque'],
      ['www.x.com/a?b=1', 'opaque'],
      ['3,5', 'number'],
    ]);
    expect(found('The mail server and the server are in 東京, observers say.')).toEqual([
      ['servidor de correo', 'glossary'],
      ['servidor', 'glossary'],
      ['東京', 'opaque'],
    ]);
    expect(found('I have 3 dogs and 12 cats at 3:30')).toEqual([['3:30', 'number']]);
  });

  it('holds whatever the separators and case, and exactTerms sets them right', () => {
    const [year, name, number] = findTerms('In 1984, Octavia had 12,500 users', rules);
    if (year === undefined || name === undefined || number === undefined) throw new Error('terms not found');
    expect(holds('En 1984 había', year)).toBe(true);
    expect(holds('En 11984 había', year)).toBe(false);
    expect(exactTerms('En 1984, octavia tenía 12.500 usuarios', [year, name, number])).toBe(
      'En 1984, Octavia tenía 12500 usuarios',
    );
  });
});

it('strayNumbers counts what the source does not say', () => {
  expect(strayNumbers('En 1984 vinieron 12500, en 2000, 2000', 'In 1984, 12,500 came')).toBe(2);
  expect(strayNumbers('A las 20 horas', 'At eight')).toBe(0);
});

describe('finish', () => {
  const spanish = (translation: string, source: string): string =>
    finish(translation, source, { bare: false, target: 'es' });
  it.each([
    ['hola , mundo .', 'Hello, world!', '¡Hola, mundo!'],
    ['Hola cómo estás', 'Hi, how are you?', '¿Hola cómo estás?'],
    ['hola, cómo estás.', 'Hi, how are you?', 'Hola, ¿cómo estás?'],
    ['¿Quién es ?', 'Who is it?', '¿Quién es?'],
    ['¿Quién es.', 'I know who it is.', 'Quién es.'],
    ['Y después se fue.', 'and then he left', 'y después se fue'],
    ['Si vienes,', 'If you come,', 'Si vienes,'],
    ['"Vamos."', '"Let us go!"', '"¡Vamos!"'],
    ['2020 fue malo', '2020 was bad.', '2020 fue malo.'],
    ['Espera', 'Wait...', 'Espera...'],
    ['¿¿Qué?? Sí ,, claro', 'What? Yes, sure?', '¿Qué? Sí, claro?'],
  ])('%j for %j → %j', (translation, source, expected) => {
    expect(spanish(translation, source)).toBe(expected);
  });

  it('closes recognised speech, questions as questions', () => {
    const bare = (text: string): string => finish(text, 'where is it', { bare: true, target: 'es' });
    expect(bare('¿dónde está')).toBe('¿Dónde está?');
    expect(bare('no lo sé')).toBe('No lo sé.');
    expect(finish('wo ist es?', 'Where is it?', { bare: false, target: 'de' })).toBe('Wo ist es?');
  });
});

describe('typeset', () => {
  it.each([
    ['Quoi? Non!', 'Quoi ? Non !'],
    ["C'est vrai ?! Bon : allons-y; vite.", "C'est vrai ?! Bon : allons-y ; vite."],
    ['"Où vas-tu?" à 12:30...', '"Où vas-tu ?" à 12:30...'],
    ['Yahoo! est là!', 'Yahoo! est là !'],
  ])('French: %j → %j', (text, expected) => {
    expect(typeset(text, 'fr', ['Yahoo!'])).toBe(expected);
  });

  it('leaves other languages alone', () => {
    expect(typeset('¿Qué?', 'es')).toBe('¿Qué?');
  });
});

describe('wordings', () => {
  const wording = (text: string, score: number, ...notes: 'translate.repetition'[]) => ({
    text,
    score,
    notes,
  });
  it('rank sound ones first and drop the improbable and the same', () => {
    const texts = ranked([
      wording('cut', -0.1, 'translate.repetition'),
      wording('good', -0.3),
      wording('Good!', -0.35),
      wording('fine', -0.5),
      wording('bad', -2),
    ]).map((one) => one.text);
    expect(texts).toEqual(['good', 'fine']);
    expect(ranked([wording('cut', -1, 'translate.repetition')])).toHaveLength(1);
  });

  it('a line gets its best, shortest, longest and second best, those that fit the time first', () => {
    const sentences = [
      [wording('medium one', -0.1), wording('the longest of all', -0.2), wording('short', -0.3)],
      [wording('same', 0)],
    ];
    expect(lineCandidates(sentences, undefined)).toEqual([
      'medium one same',
      'short same',
      'the longest of all same',
    ]);
    expect(lineCandidates(sentences, 0.55)[0]).toBe('short same');
    expect(lineCandidates(sentences, 5)[0]).toBe('medium one same');
  });
});

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
