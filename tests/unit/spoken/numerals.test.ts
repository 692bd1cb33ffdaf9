import { describe, expect, it } from 'vitest';
import { decimalMark, readNumeral } from '@octavia/pipeline/language/numerals';
import { spokenForm } from '@octavia/pipeline/language/spoken/index';

describe('readNumeral', () => {
  it.each([
    ['1.000', 'de', '1000', ''],
    ['1.000', 'en', '1', '000'],
    ['1,000', 'en', '1000', ''],
    ['3,5', 'de', '3', '5'],
    ['3.5', 'de', '3', '5'],
    ['1.234,56', 'en', '1234', '56'],
    ['1,234.56', 'de', '1234', '56'],
    ['2.500.000', 'en', '2500000', ''],
    ['0.125', 'de', '0', '125'],
    ['12,34,567', 'en', '1234567', ''],
    ['1,234.56', 'es-MX', '1234', '56'],
  ])('%s in %s is %s and %s', (written, language, whole, fraction) => {
    expect(readNumeral(written, decimalMark(language))).toMatchObject({ kind: 'number', whole, fraction });
  });

  it.each(['3.11.2', '192.168.1.10', '17.4.1', '1.2.3.4'])('%s is a version, not a number', (written) => {
    expect(readNumeral(written, '.').kind).toBe('version');
    expect(readNumeral(written, ',').kind).toBe('version');
  });
});

describe('spokenForm', () => {
  it('leaves text without figures as it is', () => {
    expect(spokenForm('Hola, ¿qué tal estás?', 'es')).toBe('Hola, ¿qué tal estás?');
  });

  it('leaves a language without tables to its engine', () => {
    expect(spokenForm('Minulla on −5 euroa.', 'fi')).toBe('Minulla on -5 euroa.');
  });

  it('reads figures of any width and groups set off by thin spaces', () => {
    expect(spokenForm('１２ euros', 'fr')).toBe('douze euros');
    expect(spokenForm('1\u202f000 euros', 'fr')).toBe('mille euros');
    expect(spokenForm("1'000 Franken", 'de')).toBe('tausend Franken');
  });

  it('takes the region for the order of a date and the decimal mark', () => {
    expect(spokenForm('03/04/2024', 'en')).toBe('March fourth, twenty twenty-four');
    expect(spokenForm('03/04/2024', 'en-GB')).toBe('April third, twenty twenty-four');
    expect(spokenForm('1.500 m', 'es-MX')).toBe('uno punto quinientos metros');
    expect(spokenForm('1.500 m', 'es')).toBe('mil quinientos metros');
  });
});
