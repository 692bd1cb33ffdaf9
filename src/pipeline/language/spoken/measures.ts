import { readNumeral } from '../numerals.ts';
import { MINUS, NUMBER, numberWords } from './numbers.ts';
import { perUnit, SCALE, scaled, scaleOf, type Scale } from './scales.ts';
import { say, wordAfter, type Speech } from './say.ts';
import { noun, type Tongue } from './tongue.ts';

/** Measures by their symbols, alone or as a range; percent, degrees and suffixes are among them. */
export function sayMeasures(text: string, speech: Speech): string {
  const { tongue } = speech;
  return say(text, measuresOf(tongue), (found, at, groups) => {
    const { first = '', last, unit, per } = groups;
    if (first.includes('/')) return undefined;
    const rest = text.slice(at + found.length);
    const scale = scaleOf(groups['scale']);
    // 4K and 8K are resolutions, not thousands.
    if (scale === 'K' && /^[248]$/.test(first)) return undefined;
    const minus = groups['minus'] === undefined ? '' : `${tongue.words.minus} `;
    const entry = unit === undefined ? undefined : tongue.units[unit];
    const gender = entry === undefined ? 'm' : noun(entry).gender;
    const range = last === undefined ? '' : `${numberWords(first, gender, speech)} ${tongue.words.to} `;
    const value = last ?? first;
    const said =
      scale === undefined ? measured(value, entry ?? '', speech) : scaledWithNoun(value, scale, rest, speech);
    return `${minus}${range}${said}${perUnit(per, tongue)}`;
  });
}

const MEASURES = new WeakMap<Tongue, RegExp>();

function measuresOf(tongue: Tongue): RegExp {
  const known = MEASURES.get(tongue);
  if (known !== undefined) return known;
  const symbols = Object.keys(tongue.units)
    .sort((a, b) => b.length - a.length)
    .map((symbol) => symbol.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|');
  const pattern = new RegExp(
    String.raw`(?<minus>${MINUS})?(?<![\p{L}\d.,:/])(?<first>${NUMBER}(?:\/\d+)?)(?:\s?(?:[-–—]|\.\.\.?)\s?(?<last>${NUMBER}))?(?:(?<scale>${SCALE})|[\s-]?(?<unit>${symbols})(?![\p{L}\p{N}]))(?:\s?\/\s?(?<per>\p{L}{1,12}))?`,
    'gu',
  );
  MEASURES.set(tongue, pattern);
  return pattern;
}

function scaledWithNoun(written: string, scale: Scale, rest: string, speech: Speech): string {
  const said = scaled(written, scale, undefined, speech);
  const follows =
    scale !== 'K' && /^\s+\p{Ll}/u.test(rest) && !speech.tongue.notCounted.has(wordAfter(rest, 0));
  const link = speech.tongue.afterMillion('').trim();
  return follows && link !== '' && !/^\s+(?:de|d['’]|di)\b/.test(rest) ? `${said} ${link}` : said;
}

function measured(written: string, entry: string, speech: Speech): string {
  const unit = noun(entry);
  const read = readNumeral(written, speech.decimal);
  if (read.kind === 'version' || read.fraction !== '' || Number(read.whole) >= 1e15) {
    return `${numberWords(written, unit.gender, speech)} ${unit.many}`;
  }
  const n = Number(read.whole);
  return `${speech.tongue.counting(n, unit.gender, unit.one)} ${n === 1 ? unit.one : unit.many}`;
}
