import type { Word } from '../../media-types.ts';
import { joinedText } from '../../language/scripts.ts';

/** A silence this long between words is heard as a comma, in seconds. */
const COMMA_PAUSE = 0.22;
const SUBJECT = /^(i|you|he|she|it|we|they|there|this|that|these|those|the|a|an|my|your|his|her|our|their)$/;
const AUXILIARY =
  /^(am|is|are|was|were|do|does|did|can|could|will|would|shall|should|have|has|had|may|might|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|can't|couldn't|won't|wouldn't|shouldn't|haven't|hasn't)$/;
/** Inverted, these begin a condition as often as a question ("had he married", "were I you"). */
const CONDITIONAL = /^(had|were|should|may|might)$/;
const INTERROGATIVE = /^(who|whom|whose|what|which|when|where|why|how)$/;
const INTERROGATIVE_IS = /^(who|what|when|where|why|how)('s|'re|'d|'ll)$/;
const PROPER =
  /^(monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|april|june|july|august|september|october|november|december|christmas|easter|english|england|british|britain|america|americans?|europe|europeans?|french|france|germans?|germany|spanish|spain|italians?|italy|russians?|russia|chinese|china|japanese|japan|london|paris|york|god|jesus)('s)?$/;
const TITLES: Readonly<Record<string, string>> = { mr: 'Mr.', mrs: 'Mrs.', ms: 'Ms.', dr: 'Dr.' };

/**
 * Turns lower-case words into an English sentence: capitals, a comma at each pause, a question mark if the word order
 * is that of a question, a full stop otherwise. Empty without words.
 */
export function sentence(words: readonly Word[]): string {
  const texts = words.map((word) => word.text.toLowerCase());
  if (texts.length === 0) return '';
  const body = words.map((word, index) => {
    const next = words[index + 1];
    const pause = next !== undefined && next.start - word.end >= COMMA_PAUSE;
    const named = index === 0 || (texts[index - 1] ?? '') in TITLES;
    return `${cased(texts[index] ?? '', named)}${pause ? ',' : ''}`;
  });
  return `${body.join(' ')}${isQuestion(texts) ? '?' : '.'}`;
}

/** Words that carry their own capitals and marks, as one text. */
export function written(words: readonly Word[]): string {
  return joinedText(words.map(({ text }) => text));
}

function cased(word: string, capital: boolean): string {
  const title = TITLES[word];
  if (title !== undefined) return title;
  if (capital || PROPER.test(word) || /^i('|$)/.test(word))
    return word.charAt(0).toUpperCase() + word.slice(1);
  return word;
}

function isQuestion(words: readonly string[]): boolean {
  const [first = '', second = '', third = '', fourth = ''] = words;
  if (INTERROGATIVE_IS.test(first)) return true;
  if (INTERROGATIVE.test(first)) {
    return AUXILIARY.test(second) || (AUXILIARY.test(third) && SUBJECT.test(fourth));
  }
  return AUXILIARY.test(first) && !CONDITIONAL.test(first) && SUBJECT.test(second);
}
