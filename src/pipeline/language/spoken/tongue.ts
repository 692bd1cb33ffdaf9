export type Gender = 'm' | 'f' | 'n';

/** A thing that is counted: one, several, and its gender. */
export interface Noun {
  readonly one: string;
  readonly many: string;
  readonly gender: Gender;
}

export interface Time {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number | undefined;
  /** Of the day, where a.m. or p.m. is written. */
  readonly half: 'a' | 'p' | undefined;
}

/** The context of a numeral. */
export interface Around {
  readonly before: string;
  readonly after: string;
}

/** A pattern and what is said for it. A group that matched nothing is undefined: give it a default. */
export type Replacement = readonly [RegExp, string | ((...match: string[]) => string)];

/** How one language says figures and signs. Tables of spoken words, no rules of writing. */
export interface Tongue {
  /** A whole number alone, 0…999,999,999,999,999. */
  readonly cardinal: (n: number, gender: Gender) => string;
  /** The same before what it counts: un, ein, veintiún. */
  readonly counting: (n: number, gender: Gender, noun: string) => string;
  /** Between a whole number and its fraction, by its mark. */
  readonly point: Readonly<Record<'.' | ',', string>>;
  /** Whether the digits of a fraction are said one by one. */
  readonly digitByDigit: boolean;
  readonly words: Readonly<Record<Word, string>>;
  /** From `one/many` or `one/many/gender`; by symbol. */
  readonly units: Readonly<Record<string, string>>;
  /** By ISO code: the currency and its hundredth, with `+` between. */
  readonly currencies: Readonly<Record<string, string>>;
  /** What K, M and B after a number stand for. */
  readonly scales: Readonly<Record<'K' | 'M' | 'B', string>>;
  /** What comes between a million and what is counted. */
  readonly afterMillion: (noun: string) => string;
  /** An amount in words with its hundredths in words. */
  readonly withCents: (major: string, minor: string, minorNoun: string) => string;
  readonly months: readonly string[];
  /** Whether figures of a date begin with the month. */
  readonly monthFirst: boolean;
  readonly year: (n: number) => string;
  /** @param year in words */
  readonly date: (day: number, month: string, year: string, around: Around) => string;
  /** Words before a four-digit year, where years are said differently from numbers. */
  readonly beforeYears?: RegExp;
  readonly time: (time: Time, around: Around) => string;
  /** A numerator under 100 over a denominator of 2…100. */
  readonly fraction: (numerator: number, denominator: number, around: Around) => string;
  /** Gender of a noun by its form; undefined where that is unclear. */
  readonly genderOf: (noun: string) => Gender | undefined;
  /** Words after a number that it does not count. */
  readonly notCounted: ReadonlySet<string>;
  /** Applied in order; written with `\b` and the like. The output contains no figures. */
  readonly abbreviations: readonly Replacement[];
  /** Ordinals and other figures with letters of this language, before plain numbers. */
  readonly figures: readonly Replacement[];
  /** Words followed by a roman numeral, even of one letter: Part I. */
  readonly parts: RegExp;
  /** The value of a roman numeral, or undefined where it may not be one. */
  readonly roman: (n: number, around: Around) => string | undefined;
}

export type Word =
  | 'minus'
  | 'plus'
  | 'plusminus'
  | 'times'
  | 'equals'
  | 'percent'
  | 'permille'
  | 'to'
  | 'ratio'
  | 'per'
  | 'number'
  | 'and'
  | 'about'
  | 'at'
  | 'dot'
  | 'slash'
  | 'dash'
  | 'underscore'
  | 'colon'
  | 'degrees';

/** `kilómetro/kilómetros` or `hora/horas/f`. */
export function noun(entry: string): Noun {
  const [one = '', many = one, gender = 'm'] = entry.split('/');
  return { one, many, gender: gender as Gender };
}

/** `km = kilometer/kilometers; m = …` as a record. */
export function table(text: string): Readonly<Record<string, string>> {
  const entries = text.split(/;\s*/).map((entry) => entry.trim().split(' = '));
  return Object.fromEntries(entries.map(([symbol = '', words = '']) => [symbol, words]));
}

/**
 * 1/2 after a whole number, alone, or before what is halved, in languages where it takes that noun's gender.
 * @param words alone, masculine, feminine: `un medio/medio/media`
 */
export function halfOf(
  { before, after }: Around,
  { notCounted, genderOf }: Pick<Tongue, 'notCounted' | 'genderOf'>,
  words: string,
): string {
  const [alone = '', masculine = '', feminine = ''] = words.split('/');
  if (before !== '') return masculine;
  if (after === '' || notCounted.has(after)) return alone;
  return genderOf(after) === 'f' ? feminine : masculine;
}

/** Groups of three digits from the highest, with their power of a thousand: 1,234 → [1, 1], [234, 0]. */
export function groupsOf(n: number): (readonly [group: number, power: number])[] {
  const groups: (readonly [number, number])[] = [];
  for (let rest = n, power = 0; rest > 0; rest = Math.floor(rest / 1000), power++) {
    if (rest % 1000 > 0) groups.unshift([rest % 1000, power]);
  }
  return groups;
}

/** Whether it is a correctly written roman numeral, in capitals. */
export function isRoman(text: string): boolean {
  return /^M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/.test(text);
}

/** The value of a roman numeral in capitals, including loose forms (IIII). */
export function romanValue(text: string): number {
  const values: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };
  const digits = [...text].map((letter) => values[letter] ?? 0);
  return digits.reduce((sum, value, at) => sum + (value < (digits[at + 1] ?? 0) ? -value : value), 0);
}
