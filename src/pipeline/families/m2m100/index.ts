import type { TranslatorFamily } from '../family.ts';

/** M2M100: the source language comes before the source and the target language before the output. */
export const m2m100: TranslatorFamily<'m2m100'> = {
  runtime: 'm2m100',
  stage: 'translate',
  languageTokens(_, vocabulary, { source, target }) {
    const from = vocabulary.languageToken(source);
    const to = vocabulary.languageToken(target);
    return from === undefined || to === undefined ? undefined : { source: [from], forced: [to] };
  },
};
