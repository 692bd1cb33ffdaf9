import { describe, expect, it } from 'vitest';
import { language } from '../../gpu-worker/cli/call/values.ts';

describe('a language as people type it', () => {
  it.each([
    ['spanish', 'es'],
    ['Deutsch', 'de'],
    ['jp', 'ja'],
    ['cz', 'cs'],
    ['zh_Hant_TW', 'zh-Hant-TW'],
    ['pt_br', 'pt-BR'],
    ['es-MX', 'es-MX'],
    ['Swahili', 'sw'],
    ['русский', 'ru'],
    ['日本語', 'ja'],
    ['Latin American Spanish', 'es-419'],
    ['Simplified Chinese', 'zh-Hans'],
    ['spa', 'es'],
    ['iw', 'he'],
  ])('%s is %s', (typed, tag) => {
    expect(language('to', typed)).toBe(tag);
  });

  it.each([
    ['Spansih', 'Spanish (es)'],
    ['deutch', 'Deutsch (de)'],
    ['japenese', 'Japanese (ja)'],
    ['portugese', 'Portuguese (pt)'],
    ['chineese', 'Chinese (zh)'],
  ])('%s is answered with %s', (typed, nearest) => {
    expect(() => language('to', typed)).toThrow(`Did you mean ${nearest}?`);
  });

  it.each(['klingonese', '', '!!'])('%j is like none', (typed) => {
    expect(() => language('to', typed)).toThrow(`"${typed}" is none.`);
    expect(() => language('to', typed)).not.toThrow('Did you mean');
  });
});
