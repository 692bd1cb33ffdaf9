import { primaryLanguage } from '../../language/tags.ts';
import { literal } from './terms.ts';

/** The marks French sets off with a non-breaking space: the tall ones after a word. */
const FRENCH_MARK = /(?<=\S)[^\S\n]*([?!]+|[:;](?=\s|$))/u;

/**
 * Inserts the target language's spaces before marks. This comes last: until then all languages are treated alike.
 *
 * @param language BCP-47
 * @param exact text that must not change ("Yahoo!")
 */
export function typeset(text: string, language: string, exact: readonly string[] = []): string {
  if (primaryLanguage(language) !== 'fr') return text;
  const marked = exact.filter((term) => /[?!:;]/.test(term)).map(literal);
  return text.replace(
    new RegExp([...marked, FRENCH_MARK.source].join('|'), 'giu'),
    (found: string, mark: string | undefined) => (mark === undefined ? found : `\u00a0${mark}`),
  );
}
