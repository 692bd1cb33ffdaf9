import { say, wordAfter, wordBefore, type Speech } from './say.ts';

const EDGE = String.raw`(?<![\p{L}\d.,:/-])`;
const END = String.raw`(?![\p{L}\d/:-]|[.,]\d)`;
const ISO = String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)`;
const FIGURES = String.raw`(?<a>\d{1,2})(?<mark>[./-])(?<b>\d{1,2})\k<mark>(?<end>\d{4}|\d\d)`;
const DATE = new RegExp(`${EDGE}(?:${ISO}|${FIGURES})${END}`, 'gu');
/** A counted noun follows a number, not a year. */
const COUNTS =
  /^(?:\s?[€$£%°]|\s(?:people|men|women|children|percent|Euro|Prozent|Menschen|(?!was|is|has|as|vs)\p{Ll}+s)(?!\p{L}))/u;
/** Two-digit years above this are in the previous century, as in 01/02/95. */
const LATEST_SHORT_YEAR = 49;

/** Numeric dates, and years that are not said like other numbers. */
export function sayDates(text: string, speech: Speech): string {
  const { tongue } = speech;
  const dated = say(text, DATE, (found, at, groups) => {
    const date = groups['year'] === undefined ? figures(groups, speech) : iso(groups);
    if (date === undefined) return undefined;
    const around = { before: wordBefore(text, at), after: wordAfter(text, at + found.length) };
    return tongue.date(date.day, tongue.months[date.month - 1] ?? '', tongue.year(date.year), around);
  });
  const { beforeYears } = tongue;
  if (beforeYears === undefined) return dated;
  const span =
    /(?<![\p{L}\d.,:/-])((?:1[1-9]|20)\d\d)\s?[-–]\s?((?:1[1-9]|20)\d\d)(?![\p{L}\d%°/-]|[.,]\d)/gu;
  const spans = dated.replace(
    span,
    (_, from: string, to: string) =>
      `${tongue.year(Number(from))} ${tongue.words.to} ${tongue.year(Number(to))}`,
  );
  return say(spans, /(?<![\p{L}\d.,:/-])(?:1[1-9]|20)\d\d(?![\p{L}\d%°]|[.,]\d)/gu, (found, at) => {
    const year = beforeYears.test(spans.slice(Math.max(0, at - 30), at)) && !COUNTS.test(spans.slice(at + 4));
    return year ? tongue.year(Number(found)) : undefined;
  });
}

type Groups = Readonly<Record<string, string | undefined>>;

interface CalendarDay {
  readonly day: number;
  readonly month: number;
  readonly year: number;
}

function iso({ year, month, day }: Groups): CalendarDay | undefined {
  return valid(Number(day), Number(month), Number(year));
}

/** Day first, except in American English; the other way round where only that is a date. */
function figures(
  { a = '', b = '', end = '', mark }: Groups,
  { tongue, language }: Speech,
): CalendarDay | undefined {
  // A two-digit year comes after slashes, or after points between pairs: 3.11.12 is a version.
  if (end.length === 2 && mark !== '/' && (mark === '-' || a.length + b.length < 4)) return undefined;
  const short = Number(end) + (Number(end) > LATEST_SHORT_YEAR ? 1900 : 2000);
  const year = end.length === 2 ? short : Number(end);
  const dayFirst = valid(Number(a), Number(b), year);
  const monthFirst = valid(Number(b), Number(a), year);
  const american = tongue.monthFirst && !/^en-(?!us)/i.test(language) && mark !== '.';
  return american ? (monthFirst ?? dayFirst) : (dayFirst ?? monthFirst);
}

function valid(day: number, month: number, year: number): CalendarDay | undefined {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { day, month, year } : undefined;
}

const TIME = new RegExp(
  [
    String.raw`(?<hours>\d{1,2}):(?<minutes>[0-5]\d)(?::(?<seconds>[0-5]\d))?`,
    String.raw`(?<=\b(?:um|gegen|ab|bis|seit|vor|nach|alle|at)\s)(?<h2>\d{1,2})\.(?<m2>[0-5]\d)(?!\s?%)(?=\s*(?:Uhr|[ap]\.?m\b|[,;.!?]?(?:\s|$)))`,
    String.raw`(?<h3>\d{1,2})\.(?<m3>[0-5]\d)(?=\s?(?:Uhr|[ap]\.?m\b))`,
    String.raw`(?<h4>\d{1,2})\s?h\s?(?<m4>[0-5]\d)(?:min\b|(?!\s?min))`,
    String.raw`(?<h5>\d{1,2})(?=\s?(?:a\.m\.|p\.m\.|am\b|pm\b|AM\b|PM\b|Uhr\b|h\b))`,
  ].join('|'),
  'u',
);
const AFTER = String.raw`(?:\s?(?<unit>h(?:rs?|s)?\.?|Uhr)(?![\p{L}\d]))?(?:\s?(?<half>[ap])\.?\s?m\b\.?)?`;
const WHOLE = new RegExp(`(?<![\\p{L}\\d.,:/-])(?:${TIME.source})${AFTER}${END}`, 'giu');

/** Times of day: 14:30, 14h30, 14.30 Uhr, 3 p.m. Anything that cannot be one, such as 16:9 or 90:00, is left alone. */
export function sayTimes(text: string, { tongue }: Speech): string {
  return say(text, WHOLE, (found, at, groups) => {
    const hours = Number(groups['hours'] ?? groups['h2'] ?? groups['h3'] ?? groups['h4'] ?? groups['h5']);
    const minutes = Number(groups['minutes'] ?? groups['m2'] ?? groups['m3'] ?? groups['m4'] ?? 0);
    const bare = groups['h5'] !== undefined;
    const half = groups['half']?.toLowerCase();
    // "5 h" may be a duration, which the unit says.
    if (hours > 24 || (bare && groups['unit']?.startsWith('h') && half === undefined)) return undefined;
    const around = { before: wordBefore(text, at), after: wordAfter(text, at + found.length) };
    const seconds = groups['seconds'] === undefined ? undefined : Number(groups['seconds']);
    const words = tongue.time(
      { hours, minutes, seconds, half: half === 'a' || half === 'p' ? half : undefined },
      around,
    );
    // The point of "p.m." also ends the sentence when nothing follows.
    const ends = found.endsWith('.') && /^\s*(?:$|\p{Lu})/u.test(text.slice(at + found.length));
    return ends ? `${words}.` : words;
  });
}
