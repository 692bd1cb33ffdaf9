import type { TranslatorFamily } from '../family.ts';

/**
 * Marian (the OPUS-MT models and Octavia's own). A model with several targets takes the target before the source. One
 * with a single target may have such a token in its vocabulary without having been trained on it.
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
