import { decimalMark, readNumeral } from '../../language/numerals.ts';

/** A part of a sentence whose translation is fixed. */
export interface Term {
  /** Its position in the sentence. */
  readonly start: number;
  readonly end: number;
  /** Its form in the translation. */
  readonly target: string;
  /** `opaque` is nothing a model can read (an address, letters it has no tokens for). */
  readonly kind: 'number' | 'keep' | 'glossary' | 'opaque';
}

export interface TermRules {
  readonly target: string;
  /** BCP-47 of the sentence, which decides what 1.000 means. */
  readonly source: string;
  readonly glossary?: Readonly<Record<string, string>>;
  readonly doNotTranslate?: readonly string[];
  /** Whether the model has tokens for a word. */
  readonly knows: (word: string) => boolean;
}

const ADDRESS =
  /\b(?:https?:\/\/|www\.)[^\s<>"]{1,300}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,20}){1,4}|\b[\w-]{1,60}\.(?:com|org|net|io|edu|gov|tv|app|dev)\b(?:\/[^\s<>"]{0,200})?/gi;
const NUMBER = /\d+(?:[.,:]\d+)*/g;
/** A minus right before a number; a hyphen behind a letter or a figure is none. */
const MINUS = /(?<![\p{L}\d.,)%])-$/u;
/** What a translation makes of the minus. */
const TRANSLATED_MINUS = String.raw`(?:[-−–]\s?|\b(?:minus|menos|moins|meno)\s)`;
/** Up to this number, a translation may well use a word. */
const SPELLED_OUT = 12;

/** The terms of a sentence in order; where two overlap, addresses win over given terms, and those over numbers. */
export function findTerms(sentence: string, rules: TermRules): Term[] {
  const found: Term[] = [];
  const add = (start: number, source: string, target: string, kind: Term['kind']): void => {
    const end = start + source.length;
    if (found.every((term) => end <= term.start || start >= term.end))
      found.push({ start, end, target, kind });
  };
  for (const match of sentence.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)]+$/, '');
    add(match.index, address, address, 'opaque');
  }
  for (const term of rules.doNotTranslate ?? []) {
    for (const match of matches(sentence, term)) add(match.index, match[0], term.trim(), 'keep');
  }
  const glossary = Object.entries(rules.glossary ?? {}).sort(([a], [b]) => b.length - a.length);
  for (const [source, target] of glossary) {
    for (const match of matches(sentence, source)) add(match.index, match[0], target, 'glossary');
  }
  for (const match of sentence.matchAll(NUMBER)) {
    const before = sentence.slice(0, match.index);
    const minus = MINUS.test(before) ? '-' : '';
    if (minus !== '' || !/^\d+$/.test(match[0]) || Number(match[0]) > SPELLED_OUT) {
      const target = minus + localNumber(match[0], before, rules);
      add(match.index - minus.length, minus + match[0], target, 'number');
    }
  }
  for (const match of sentence.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    if (!rules.knows(match[0])) add(match.index, match[0], match[0], 'opaque');
  }
  return found.sort((a, b) => a.start - b.start);
}

function matches(sentence: string, term: string): Iterable<RegExpMatchArray & { index: number }> {
  const pattern = literal(term.trim());
  if (pattern === '') return [];
  return sentence.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`, 'giu'));
}

/** The source of a regular expression that matches exactly this text. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** After these, a number with a point is a version in any language. */
const VERSIONED =
  /(?:\bv|\b(?:version|release|python|java|node|ios|ipados|macos|android|windows|ubuntu|php|bluetooth|usb|gpt)[ -]?)$/i;

/** A number as written in the target language, without thousands separators. Versions and times do not change. */
function localNumber(number: string, before: string, { source, target }: TermRules): string {
  if (number.includes(':') || VERSIONED.test(before)) return number;
  const read = readNumeral(number, decimalMark(source));
  if (read.kind === 'version') return number;
  return read.fraction === '' ? read.whole : `${read.whole}${decimalMark(target)}${read.fraction}`;
}

/** Whether the translation contains the term's form. */
export function holds(translation: string, term: Term): boolean {
  if (term.kind === 'number') {
    return digitRuns(translation, signOf(term)).includes(term.target.replace(/\D/g, ''));
  }
  return translation.toLowerCase().includes(term.target.toLowerCase());
}

const SPACED_NUMBER = String.raw`\d+(?:[.,:\u00a0\u202f' ]{1,2}\d+)*`;

/** The digits of the numbers in a text. @param sign what has to stand before them, as a pattern */
function digitRuns(text: string, sign = ''): string[] {
  const spaced = text.match(new RegExp(sign + SPACED_NUMBER, 'gu')) ?? [];
  const written = text.match(new RegExp(sign + NUMBER.source, 'gu')) ?? [];
  return [...spaced, ...written].map((run) => run.replace(/\D/g, ''));
}

/** What stands before a number in a translation that has its sign. */
function signOf({ target }: Term): string {
  return target.startsWith('-') ? TRANSLATED_MINUS : '';
}

/** Numbers of three or more digits that are not in the source: weak models make them up. */
export function strayNumbers(translation: string, source: string): number {
  const known = new Set(digitRuns(source));
  return (translation.match(/\d{3,}/g) ?? []).filter((run) => !known.has(run)).length;
}

/** Writes the terms in the translation in their exact form. */
export function exactTerms(translation: string, terms: readonly Term[]): string {
  let text = translation;
  for (const term of terms) {
    if (term.kind === 'number') {
      const digits = term.target.replace(/\D/g, '');
      text = text.replace(new RegExp(signOf(term) + SPACED_NUMBER, 'gu'), (run) =>
        run.replace(/\D/g, '') === digits ? term.target : run,
      );
    } else if (term.kind !== 'glossary') {
      const at = text.toLowerCase().indexOf(term.target.toLowerCase());
      if (at >= 0) text = text.slice(0, at) + term.target + text.slice(at + term.target.length);
    }
  }
  return text;
}

/** The sentence with each term replaced. */
export function replaceTerms(
  sentence: string,
  terms: readonly Term[],
  by: (term: Term, index: number) => string,
): string {
  let text = '';
  let from = 0;
  terms.forEach((term, index) => {
    text += sentence.slice(from, term.start) + by(term, index);
    from = term.end;
  });
  return text + sentence.slice(from);
}
