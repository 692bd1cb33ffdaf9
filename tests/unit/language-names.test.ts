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
  ])('%s is %s', (typed, tag) => {
    expect(language('to', typed)).toBe(tag);
  });
});
