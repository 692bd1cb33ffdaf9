import { primaryLanguage } from '../../language/tags.ts';

/** How the source was written; the translation follows it. */
export interface SourceStyle {
  /** Recognised speech without capitals and punctuation; the translation gets them. */
  readonly bare: boolean;
  /** BCP-47. */
  readonly target: string;
}

const FINAL = /[.!?…。！？]+(["')\]]*)$/;
const SPANISH_QUESTION =
  /,\s+(?=(?:y\s)?(?:por qué|para qué|qué|cómo|dónde|adónde|cuándo|quién|quiénes|cuál|cuáles|cuánto|cuánta|cuántos|cuántas|verdad|no|eh|sí|cierto|vale|de acuerdo)(?![\p{L}]))/iu;

/** Makes a translated sentence's punctuation and case match its source. */
export function finish(translation: string, source: string, style: SourceStyle): string {
  let text = spaced(translation);
  text = style.bare ? ended(text) : endedLike(text, source);
  if (primaryLanguage(style.target) === 'es') text = spanishMarks(text);
  if (style.bare || /^[^\p{L}]*[\p{Lu}\p{N}]/u.test(source)) return capitalised(text);
  return /^[^\p{L}]*\p{Ll}/u.test(source) ? uncapitalised(text) : text;
}

function spaced(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\s+([,.;:!?…)\]}])/g, '$1')
    .replace(/([¿¡([{])\s+/g, '$1')
    .replace(/([¿¡!?,;:])\1+/g, '$1')
    .replace(/^(?:[\s,.;:)\]}]|-(?!\d))+(?=.)/, '')
    .trim();
}

/** Speech without punctuation: whatever the model made of it, closed with a full stop. */
function ended(text: string): string {
  if (FINAL.test(text)) return text;
  const asks = text.lastIndexOf('¿') > text.lastIndexOf('?');
  return `${text.replace(/[,;:-]+$/, '')}${asks ? '?' : '.'}`;
}

/**
 * The end of the source: its full stop, question or exclamation mark, or the comma or nothing of an unfinished
 * sentence.
 */
function endedLike(text: string, source: string): string {
  const mark = /([.!?…]+|[,;:-])["')\]]*$/.exec(source)?.[1] ?? '';
  const quote = /["']$/.exec(text)?.[0];
  const closing = quote !== undefined && text.split(quote).length % 2 === 1 ? quote : '';
  const body = (closing === '' ? text : text.slice(0, -1)).replace(/[\s.!?…,;:-]+$/, '');
  return body === '' ? text : `${body}${mark.replace(/^-$/, ' -')}${closing}`;
}

/** Spanish has opening question and exclamation marks; models forget one or the other. */
function spanishMarks(text: string): string {
  const marked = mark(text, '¿', '?');
  return marked.includes('?') ? withoutOpening(marked, '¡', '!') : mark(marked, '¡', '!');
}

function mark(text: string, open: '¿' | '¡', close: '?' | '!'): string {
  if (!text.includes(close)) return text.replaceAll(open, '');
  if (text.includes(open)) return text;
  // The question often comes after a comma: "Hola, ¿cómo estás?"
  const clause = open === '¿' ? SPANISH_QUESTION.exec(text) : null;
  const at = clause === null ? (/[\p{L}\p{N}]/u.exec(text)?.index ?? 0) : clause.index + clause[0].length;
  return `${text.slice(0, at)}${open}${text.slice(at)}`;
}

function withoutOpening(text: string, open: string, close: string): string {
  return text.includes(close) ? text : text.replaceAll(open, '');
}

function capitalised(text: string): string {
  return text.replace(
    /^([^\p{L}\p{N}]*)(\p{Ll})/u,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

/** A line that continues the previous one; abbreviations and one-letter words keep their capitals. */
function uncapitalised(text: string): string {
  return text.replace(
    /^([^\p{L}]*)(\p{Lu})(?=\p{Ll}|\s)/u,
    (_, before: string, letter: string) => before + letter.toLowerCase(),
  );
}
