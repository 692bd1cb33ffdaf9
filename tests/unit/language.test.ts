import { expect, it } from 'vitest';
import { primaryLanguage, sameLanguage, sameTag, speaks } from '@octavia/pipeline/language/tags';
import { containerLanguage } from '@octavia/pipeline/media/language';
import { mediaType } from '@octavia/pipeline/media/container';

it('the language itself is what stands before region and script, in small letters', () => {
  expect(['es', 'ES', 'pt-BR', 'zh-Hant-TW', 'pt_BR', ''].map(primaryLanguage)).toEqual([
    'es',
    'es',
    'pt',
    'zh',
    'pt',
    '',
  ]);
});

it('two tags are one language whatever their region and letters', () => {
  expect(sameLanguage('es', 'es-MX')).toBe(true);
  expect(sameLanguage('EN-us', 'en_GB')).toBe(true);
  expect(sameLanguage('es', 'est')).toBe(false);
  expect(sameLanguage('pt', 'es')).toBe(false);
  expect(sameLanguage(undefined, undefined)).toBe(false);
});

it('the same tag has the same region too', () => {
  expect(sameTag('en-gb', 'en-GB')).toBe(true);
  expect(sameTag('en', 'en-GB')).toBe(false);
});

it('a language is among those offered in any letters; without an offer or a wish any is', () => {
  expect(speaks(['es'], 'ES')).toBe(true);
  expect(speaks(['en-US', 'es-419'], 'es')).toBe(true);
  expect(speaks(['en'], 'es')).toBe(false);
  expect(speaks([], 'es')).toBe(false);
  expect(speaks(undefined, 'es')).toBe(true);
  expect(speaks(['es'], undefined)).toBe(true);
});

it('containers carry the code of the language, whatever the letters of its tag', () => {
  expect([containerLanguage('ES-mx'), containerLanguage('pt_BR'), containerLanguage('x')]).toEqual([
    'spa',
    'por',
    'und',
  ]);
});

it('a file name in capitals has its media type', () => {
  expect(mediaType('a.MP4')).toBe('video/mp4');
  expect(mediaType('a.mp4')).toBe('video/mp4');
  expect(mediaType('a.TXT')).toBeUndefined();
});
