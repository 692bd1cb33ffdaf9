import { detectLanguage, SURE_LANGUAGE } from './detect.ts';
import { languageOfCommonWords } from './common-words.ts';

/** The language assumed for a text. */
export interface ToldLanguage {
  /** BCP-47. */
  readonly language: string;
  /** 0…1; below SURE_LANGUAGE it is a guess. */
  readonly confidence: number;
}

/** A letter-based detector is reliable from about this many letters; on three words it guesses (see detect.ts). */
const ENOUGH_LETTERS = 60;
/** The confidence of common words alone, and of a mere expectation. */
const BY_WORDS = 0.7;
const EXPECTED = 0.3;

/**
 * The language of a text. For one that is too short to tell, common words decide, then the expectation.
 * @param expected BCP-47, likeliest first
 * @returns undefined when the text does not tell and nothing is expected
 */
export function toldLanguage(text: string, expected: readonly string[]): ToldLanguage | undefined {
  const found = detectLanguage(text);
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const ownScript = letters > 0 && latin < letters / 4;
  if (found !== undefined && (ownScript || (letters >= ENOUGH_LETTERS && found.confidence >= SURE_LANGUAGE)))
    return found;
  const byWords = languageOfCommonWords(text);
  if (byWords !== undefined) {
    return { language: byWords, confidence: found?.language === byWords ? found.confidence : BY_WORDS };
  }
  const [first] = expected;
  if (first !== undefined) return { language: first, confidence: EXPECTED };
  return letters >= ENOUGH_LETTERS ? found : undefined;
}
