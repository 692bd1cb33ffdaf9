import { primaryLanguage } from '../../language/tags.ts';
import { literal } from './terms.ts';

/** What French sets off with a space that no line breaks at: the tall marks after a word. */
const FRENCH_MARK = /(?<=\S)[^\S\n]*([?!]+|[:;](?=\s|$))/u;

/**
 * The target language's spaces before marks, put in last: until then all languages are alike.
 *
 * @param language BCP-47
 * @param exact what must stand as it is ("Yahoo!")
 */
export function typeset(text: string, language: string, exact: readonly string[] = []): string {
  if (primaryLanguage(language) !== 'fr') return text;
  const marked = exact.filter((term) => /[?!:;]/.test(term)).map(literal);
  return text.replace(
    new RegExp([...marked, FRENCH_MARK.source].join('|'), 'giu'),
    (found: string, mark: string | undefined) => (mark === undefined ? found : `\u00a0${mark}`),
  );
}
