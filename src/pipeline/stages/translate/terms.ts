import { decimalMark, readNumeral } from '../../language/numerals.ts';

/** Something in a sentence that must come out in a given form. */
export interface Term {
  /** Where it stands in the sentence. */
  readonly start: number;
  readonly end: number;
  /** What must stand in the translation. */
  readonly target: string;
  /** `opaque` is nothing a model can read (an address, letters it has no tokens for). */
  readonly kind: 'number' | 'keep' | 'glossary' | 'opaque';
}

export interface TermRules {
  readonly target: string;
  /** BCP-47 of the sentence: it says what 1.000 means. */
  readonly source: string;
  readonly glossary?: Readonly<Record<string, string>>;
  readonly doNotTranslate?: readonly string[];
  /** Whether the model has tokens for a word. */
  readonly knows: (word: string) => boolean;
}

const ADDRESS =
  /\b(?:https?:\/\/|www\.)[^\s<>"]{1,300}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,20}){1,4}|\b[\w-]{1,60}\.(?:com|org|net|io|edu|gov|tv|app|dev)\b(?:\/[^\s<>"]{0,200})?/gi;
const NUMBER = /\d+(?:[.,:]\d+)*/g;
/** Up to here a translation may well write the number as a word. */
const SPELLED_OUT = 12;

/** The terms of a sentence in order; where two overlap, addresses go before given terms before numbers. */
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
    if (!/^\d+$/.test(match[0]) || Number(match[0]) > SPELLED_OUT) {
      add(match.index, match[0], localNumber(match[0], sentence.slice(0, match.index), rules), 'number');
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

/** A regular expression's source that matches just this text. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Behind these a number with a point is a version, whatever the language. */
const VERSIONED =
  /(?:\bv|\b(?:version|release|python|java|node|ios|ipados|macos|android|windows|ubuntu|php|bluetooth|usb|gpt)[ -]?)$/i;

/** A number as the target language writes it; thousands unmarked. Versions and times stay as they are. */
function localNumber(number: string, before: string, { source, target }: TermRules): string {
  if (number.includes(':') || VERSIONED.test(before)) return number;
  const read = readNumeral(number, decimalMark(source));
  if (read.kind === 'version') return number;
  return read.fraction === '' ? read.whole : `${read.whole}${decimalMark(target)}${read.fraction}`;
}

/** Whether the translation has what the term asks for. */
export function holds(translation: string, term: Term): boolean {
  if (term.kind === 'number') {
    return digitRuns(translation).includes(term.target.replace(/\D/g, ''));
  }
  return translation.toLowerCase().includes(term.target.toLowerCase());
}

const SPACED_NUMBER = /\d+(?:[.,:\u00a0\u202f' ]{1,2}\d+)*/g;

function digitRuns(text: string): string[] {
  const runs = (text.match(SPACED_NUMBER) ?? []).map((run) => run.replace(/\D/g, ''));
  return [...runs, ...(text.match(NUMBER) ?? []).map((run) => run.replace(/\D/g, ''))];
}

/** Numbers of three digits or more that the source does not have: weak models make them up. */
export function strayNumbers(translation: string, source: string): number {
  const known = new Set(digitRuns(source));
  return (translation.match(/\d{3,}/g) ?? []).filter((run) => !known.has(run)).length;
}

/** Writes the terms that the translation holds in their exact form. */
export function exactTerms(translation: string, terms: readonly Term[]): string {
  let text = translation;
  for (const term of terms) {
    if (term.kind === 'number') {
      const digits = term.target.replace(/\D/g, '');
      text = text.replace(SPACED_NUMBER, (run) => (run.replace(/\D/g, '') === digits ? term.target : run));
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
