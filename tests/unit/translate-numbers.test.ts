import { describe, expect, it } from 'vitest';
import { findTerms } from '@octavia/pipeline/stages/translate/terms';
import { tidy } from '@octavia/pipeline/stages/translate/tidy';

const numbers = (sentence: string, source: string, target: string) =>
  findTerms(sentence, { source, target, knows: () => true }).map((term) => term.target);

describe('numbers through a translation', () => {
  it.each([
    ['Das kostet 1.000 Euro.', 'de', 'en', ['1000']],
    ['Es sind 3,5 Prozent.', 'de', 'en', ['3.5']],
    ['Il y a 2.500.000 habitants.', 'fr', 'en', ['2500000']],
    ['It is 3.5 percent of 12,500.', 'en', 'es', ['3,5', '12500']],
    ['Install 3.11.2 from 192.168.1.10.', 'en', 'es', ['3.11.2', '192.168.1.10']],
    ['Python 3.11 and v2.15', 'en', 'es', ['3.11', '2.15']],
  ])('%j from %s to %s', (sentence, source, target, expected) => {
    expect(numbers(sentence, source, target)).toEqual(expected);
  });
});

describe('English signs as words', () => {
  it.each([
    ['I paid $20, but it was worth $5, right?', 'I paid 20 dollars, but it was worth 5 dollars, right?'],
    ['It costs $20K a year.', 'It costs 20 thousand dollars a year.'],
    ['She won $1.5M in 2019.', 'She won 1.5 million dollars in 2019.'],
    ['I have US$50 here.', 'I have 50 dollars here.'],
    ['It made $2 billion.', 'It made 2 billion dollars.'],
    ['It is 72°F now.', 'It is 72 degrees Fahrenheit now.'],
    ['€1,234.56 is much.', '1,234.56 euros is much.'],
  ])('%j', (written, words) => {
    expect(tidy(written, 'en').text).toBe(words);
  });
});
