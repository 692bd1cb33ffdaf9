import type { DubWish } from '@octavia/pipeline/wish';

type Terms = Pick<DubWish, 'glossary' | 'doNotTranslate'>;

/** Reads the user's terms, one per line: `word = translation` for the glossary, a word alone to keep it as it is. */
export function readTerms(text: string): Terms {
  const glossary: Record<string, string> = {};
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    const [term = '', translation] = line.split('=').map((part) => part.trim());
    if (term === '') continue;
    if (translation === undefined || translation === '') kept.push(term);
    else glossary[term] = translation;
  }
  return {
    ...(Object.keys(glossary).length > 0 && { glossary }),
    ...(kept.length > 0 && { doNotTranslate: kept }),
  };
}
