import { primaryLanguage } from './tags.ts';

/** A number as written, with its digits separated from its marks. */
export type Numeral =
  | { readonly kind: 'number'; readonly whole: string; readonly fraction: string; readonly mark: '.' | ',' }
  /** Parts between dots that are not thousands: a version, an IP address. */
  | { readonly kind: 'version'; readonly parts: readonly string[] };

/** Languages that write 3.5; the others write 3,5 (CLDR 46, `decimal`). */
const POINT = new Set(
  'en zh ja ko he th hi bn ta te ml kn mr gu pa ur ne si my ms fil tl sw zu ga cy mt am yo ig ha'.split(' '),
);
/** Regions that differ from the rest of their language (CLDR 46). */
const POINT_REGIONS = /^(?:es-(?:mx|us|pr|gt|hn|ni|pa|sv|do|pe|419)|de-(?:ch|li)|it-ch)$/i;
const COMMA_REGIONS = /^en-(?:za|at|be|de|nl|dk|se|fi)$/i;

/** The decimal mark. @param tag BCP-47 */
export function decimalMark(tag: string): '.' | ',' {
  if (POINT_REGIONS.test(tag)) return '.';
  return POINT.has(primaryLanguage(tag)) && !COMMA_REGIONS.test(tag) ? '.' : ',';
}

/**
 * What a written number means. A single mark before three digits depends on the language: 1.000 is a thousand in
 * German, one in English. Anything else is clear from its form, whatever the language.
 * @param written digits with `.` or `,` between them
 */
export function readNumeral(written: string, decimal: '.' | ','): Numeral {
  const marks = [...written.replace(/\d/g, '')];
  const parts = written.split(/[.,]/);
  const last = marks.at(-1);
  if (last === undefined) return number(parts, '', decimal);
  const mark = last === '.' ? '.' : ',';
  const grouped = (groups: readonly string[]): boolean =>
    /^[1-9]\d{0,2}$/.test(groups[0] ?? '') && groups.slice(1).every((group) => group.length === 3);
  if (marks.every((each) => each === mark)) {
    const thousands = grouped(parts) && (marks.length > 1 || mark !== decimal);
    if (thousands || isIndian(parts, mark)) return number(parts, '', decimal);
    if (marks.length > 1) return { kind: 'version', parts };
    return number(parts.slice(0, -1), parts.at(-1) ?? '', mark);
  }
  const whole = parts.slice(0, -1);
  const single = marks.filter((each) => each === mark).length === 1;
  return single && grouped(whole) ? number(whole, parts.at(-1) ?? '', mark) : { kind: 'version', parts };
}

/** 12,34,567: lakhs and crores are separated by commas after two digits. */
function isIndian(parts: readonly string[], mark: string): boolean {
  return (
    mark === ',' &&
    parts.length > 2 &&
    parts.at(-1)?.length === 3 &&
    parts.slice(1, -1).every((part) => part.length === 2)
  );
}

function number(whole: readonly string[], fraction: string, mark: '.' | ','): Numeral {
  return { kind: 'number', whole: whole.join(''), fraction, mark };
}
