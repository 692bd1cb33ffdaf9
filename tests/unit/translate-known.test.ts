import { describe, expect, it } from 'vitest';
import { takeMarks } from '@octavia/pipeline/stages/translate/marks';
import { partsOf } from '@octavia/pipeline/stages/translate/parts';
import { exactTerms, findTerms, holds } from '@octavia/pipeline/stages/translate/terms';

const known = (text: string, source: string, target: string) =>
  partsOf(text, source, target).map((part) => part.known);

describe('counts and sounds need no model', () => {
  it.each([
    ['Ten, nine, eight!', 'en', 'es', ['diez, nueve, ocho!']],
    ['Ten, nine, eight!', 'en', 'fr', ['dix, neuf, huit!']],
    ['Ten, nine, eight!', 'en', 'zh', ['10, 9, 8!']],
    ['Twenty-one, twenty-two.', 'en', 'de', ['einundzwanzig, zweiundzwanzig.']],
    ['one two three', 'en', 'it', ['uno due tre']],
    ['Ten!', 'en', 'pt', ['dez!']],
    ['Drei, zwei, eins, los!', 'de', 'en', ['three, two, one,', undefined]],
    ['Tres, dos, uno.', 'es', 'en', ['three, two, one.']],
    ['3, 2, 1, go!', 'en', 'es', ['3, 2, 1,', undefined]],
    ['I have two, three apples.', 'en', 'es', [undefined]],
    ['Sei?', 'it', 'en', [undefined]],
    ['Shhhh!', 'en', 'es', ['Chis!']],
    ['Chut !', 'fr', 'en', ['Shh !']],
    ['Shh, be quiet!', 'en', 'de', ['Pst,', undefined]],
    ['Hahaha.', 'en', 'es', ['Jajaja.']],
    ['Ha ha ha!', 'en', 'es', ['Ja ja ja!']],
    ['La la la.', 'en', 'de', ['La la la.']],
    ['Uh-huh.', 'en', 'es', ['Ajá.']],
    ['Hmm.', 'en', 'sv', ['Hmm.']],
    ['He.', 'en', 'es', [undefined]],
    ['Oh no!', 'en', 'es', [undefined]],
  ])('%j from %s to %s', (text, source, target, expected) => {
    expect(known(text, source, target)).toEqual(expected);
  });
});

describe('what is said over and over', () => {
  it.each([
    ['No, no, no, no, no!', 'No!', '¡No!', 'No, no, no, no, no!'],
    ['Come on, come on!', 'Come on!', '¡Vamos!', 'Vamos, vamos!'],
    ['wait wait wait', 'wait', 'espera', 'espera espera espera'],
  ])('%j is translated once and said as often', (text, unit, wording, expected) => {
    const [part] = partsOf(text, 'en', 'es');
    expect(part?.text).toBe(unit);
    expect(part?.again?.of(wording)).toBe(expected);
  });

  it('keeps a few of many within a sentence, and the mark at the end', () => {
    const [part] = partsOf('I said no, no, no, no, no, no, no!', 'en', 'es');
    expect(part).toMatchObject({ text: 'I said no, no, no, no!', cut: true });
  });
});

describe('marks around a line', () => {
  it.each([
    ['<i>Where are you?</i>', ['<i>', 'Where are you?', '</i>']],
    ['<i>Where</i> are <b>you</b>?', ['', 'Where are you?', '']],
    ['{\\an8}Where?', ['{\\an8}', 'Where?', '']],
    ['- Hi.', ['- ', 'Hi.', '']],
    ['-5 degrees', ['', '-5 degrees', '']],
    ['>> JOHN: Where?', ['>> JOHN: ', 'Where?', '']],
    ['♪ Happy birthday ♪', ['♪ ', 'Happy birthday', ' ♪']],
    ['[music]', ['[', 'music', ']']],
    ['[sighs] I see.', ['[sighs] ', 'I see.', '']],
    ['...you were at home.', ['...', 'you were at home.', '']],
    ['Tom &amp; Jerry', ['', 'Tom & Jerry', '']],
    ['Note: a < b', ['', 'Note: a < b', '']],
  ])('%j', (line, [before, text, after]) => {
    expect(takeMarks(line)).toEqual({ before, text, after });
  });
});

describe('the minus', () => {
  const terms = (text: string) => findTerms(text, { source: 'en', target: 'es', knows: () => true });
  it.each([
    ['It is -5 degrees.', '-5', 'Hace menos 5 grados.', 'Hace -5 grados.'],
    ['-1,234.56 dollars', '-1234,56', '-1.234,56 dólares', '-1234,56 dólares'],
    ['It is -40 now.', '-40', 'Ahora es −40.', 'Ahora es -40.'],
  ])('%j', (text, target, translation, exact) => {
    const found = terms(text);
    expect(found.map((term) => term.target)).toEqual([target]);
    expect(found.every((term) => holds(translation, term))).toBe(true);
    expect(exactTerms(translation, found)).toBe(exact);
    expect(found.every((term) => holds(translation.replace(/[-−]|menos /, ''), term))).toBe(false);
  });

  it('is none in a range, a name or a phone number', () => {
    expect(['COVID-19', '3-5 days', 'call 555-1234'].flatMap(terms).map((term) => term.target)).toEqual([
      '19',
      '555',
      '1234',
    ]);
  });
});
