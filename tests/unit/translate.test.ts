import { finish } from '@octavia/pipeline/stages/translate/finish';
import { sentencesOf } from '@octavia/pipeline/language/sentences';
import { exactTerms, findTerms, holds, strayNumbers } from '@octavia/pipeline/stages/translate/terms';
import { tidy } from '@octavia/pipeline/stages/translate/tidy';
import { typeset } from '@octavia/pipeline/stages/translate/typeset';
import { lineCandidates, ranked } from '@octavia/pipeline/stages/translate/wording';
import { describe, expect, it } from 'vitest';

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
