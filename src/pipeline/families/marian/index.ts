import type { TranslatorFamily } from '../family.ts';

/**
 * Marian (the OPUS-MT models and Octavia's own). One of several targets has the target before the source. One for a
 * single target may have such a token in its vocabulary and never have been taught it.
 */
export const marian: TranslatorFamily<'marian'> = {
  runtime: 'marian',
  stage: 'translate',
  languageTokens({ languages }, vocabulary, { target }) {
    const to = vocabulary.languageToken(target);
    const several = (languages.target?.length ?? 0) > 1;
    return { source: several && to !== undefined ? [to] : [], forced: [] };
  },
};
