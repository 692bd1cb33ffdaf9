import { primaryLanguage } from '../../language/tags.ts';
import { takeMarks } from './marks.ts';
import { withoutRepeats } from './repeats.ts';

/** A line prepared for a translation model, and what was removed from it. */
export interface TidyText {
  /** What stood before the words, put back before the translation. */
  readonly before: string;
  readonly text: string;
  /** What stood behind them. */
  readonly after: string;
  /** Emoji, which no model was trained on: put back after the translation. */
  readonly emoji: string;
  /** Words said over and over were cut to a dozen times. */
  readonly cutRepeats: boolean;
}

const EMOJI =
  /(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}\uFE0F]{0,2}(?:\u200D\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}\uFE0F]{0,2}){0,6})/gu;
/** Punctuation to the plain forms that translation models are trained on. */
const PLAIN_MARKS: readonly (readonly [RegExp, string])[] = [
  [/[“”„«»‟]/g, '"'],
  [/[‘’‚‛`´]/g, "'"],
  [/\s*[—―]\s*/g, ' - '],
  [/[–‐‑−]/g, '-'],
  [/℃/g, '°C'],
  [/℉/g, '°F'],
  [/(?:\.\s?){4,}/g, '...'],
  [/([!?])[!?]{2,}/g, '$1'],
];
/** Figures in groups of three; a comma without figures after it belongs to the sentence. */
const AMOUNT = String.raw`-?\d+(?:,\d{3})*(?:\.\d+)?`;
/** Models understand these signs better as English words. */
const ENGLISH_SIGNS: readonly (readonly [RegExp, string])[] = [
  ...(
    [
      ['(?:US)?\\$', 'dollars'],
      ['€', 'euros'],
      ['£', 'pounds'],
    ] as const
  ).flatMap(([sign, name]): [RegExp, string][] => [
    [new RegExp(`${sign}\\s?(${AMOUNT})K\\b`, 'g'), `$1 thousand ${name}`],
    [new RegExp(`${sign}\\s?(${AMOUNT})M\\b`, 'g'), `$1 million ${name}`],
    [new RegExp(`${sign}\\s?(${AMOUNT})B\\b`, 'g'), `$1 billion ${name}`],
    [new RegExp(`${sign}\\s?(${AMOUNT})(\\s(?:thousand|million|billion|trillion))?`, 'gi'), `$1$2 ${name}`],
  ]),
  [/(?<!\d )\bminus (?=\d)/gi, '-'],
  [/(\d)\s?%/g, '$1 percent'],
  [/(\d)\s?°\s?F\b/g, '$1 degrees Fahrenheit'],
  [/(\d)\s?°(?:\s?C\b)?/g, '$1 degrees'],
  [/(?<=\s|^)#(?=\d)/g, 'number '],
  [/(?<=\s)&(?=\s)/g, 'and'],
];
/** "No-no-no!" */
const HYPHENATED = /(?<!\p{L})(\p{L}{2,})(?:-\1){2,}(?!\p{L})/giu;
/** Nobody says the same words more often in a row; recognisers do. */
const MOST_REPEATS = 12;

/** @param language BCP-47 of the text */
export function tidy(line: string, language: string): TidyText {
  const emoji = (line.match(EMOJI) ?? []).join('');
  const { before, text: said, after } = takeMarks(line.normalize('NFC').replace(EMOJI, ' ').trim());
  let text = said
    .replace(/\u2026/g, '...')
    .replace(HYPHENATED, (words) => words.replaceAll('-', ', '))
    .replace(/\s+/g, ' ');
  for (const [mark, plain] of PLAIN_MARKS) text = text.replace(mark, plain);
  if (primaryLanguage(language) === 'en') {
    for (const [sign, words] of ENGLISH_SIGNS) text = text.replace(sign, words);
  }
  const words = text.split(/\s+/).filter(Boolean);
  const kept = withoutRepeats(words, MOST_REPEATS);
  const spoken = kept.join(' ');
  return {
    before,
    text: isShouted(kept) ? lowered(spoken) : spoken,
    after,
    emoji,
    cutRepeats: kept.length < words.length,
  };
}

/** All capitals, as in many subtitles; a single short word may be a name or an abbreviation. */
function isShouted(words: readonly string[]): boolean {
  const text = words.join('');
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const longEnough = words.length > 1 ? letters > 4 : letters > (/[!?]/.test(text) ? 3 : 5);
  return longEnough && capitals / letters > 0.8;
}

/** Lower case with capitals at the starts of sentences and for the English "I". */
function lowered(text: string): string {
  return text
    .toLowerCase()
    .replace(
      /(^|[.!?]\s+)(["'¿¡(-]*)(\p{Ll})/gu,
      (_, before: string, marks: string, letter: string) => `${before}${marks}${letter.toUpperCase()}`,
    )
    .replace(/\bi\b/g, 'I');
}
