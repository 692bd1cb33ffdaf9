import { OctaviaError } from '../errors.ts';
import { languageScore } from '../language/detect.ts';
import { primaryLanguage } from '../language/tags.ts';
import { decoded } from './dos.ts';
import { ENCODINGS } from './encodings.ts';

/** Text and its encoding; `guessed` when only the look of the text decided it. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: string;
  readonly guessed: boolean;
}

/**
 * Decodes the bytes of a subtitle file: byte order mark first, then UTF-16 by its zero bytes, then UTF-8, then the
 * encoding in which it looks most like words.
 * Errors: `subtitles.encoding`.
 * @param language BCP-47 of the text, if the user stated it
 */
export function decodeText(bytes: Uint8Array, language?: string): DecodedText {
  const marked = byMark(bytes);
  const encoding = marked ?? utf16ByZeros(bytes) ?? escaped(bytes) ?? (isUtf8(bytes) ? 'utf-8' : undefined);
  const decoded =
    encoding === undefined
      ? byWords(bytes, language)
      : { text: strictly(encoding, bytes), encoding, guessed: encoding !== 'utf-8' && marked === undefined };
  if (looksBinary(decoded.text)) throw new OctaviaError('subtitles.encoding', 'The file holds binary data.');
  return decoded;
}

function byMark(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return undefined;
}

/** Digits, colons and arrows make every second byte of UTF-16 subtitles zero, in any language. */
function utf16ByZeros(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const many = sample.length / 8;
  if (odd > many && even < odd / 8) return 'utf-16le';
  if (even > many && odd < even / 8) return 'utf-16be';
  return undefined;
}

/** ISO 2022: escape, then the set of signs. */
const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\$[@B]`);

/** Seven bits with escapes before and after Japanese. */
function escaped(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 20_000));
  return ESCAPE.test(start) && !/\P{ASCII}/u.test(start) ? 'iso-2022-jp' : undefined;
}

/** Number of characters the decoder could not read. */
function lostIn(text: string): number {
  return text.split('\ufffd').length - 1;
}

/** A few bad bytes among many good characters: a truncated or patched file. */
function isUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes);
  const lost = lostIn(text);
  return lost === 0 || lost <= (text.match(/\P{ASCII}/gu)?.length ?? 0) / 20;
}

/** A file truncated in the middle of a character, or with a few bad bytes, is still read: they become U+FFFD. */
function strictly(encoding: string, bytes: Uint8Array): string {
  const text = new TextDecoder(encoding).decode(bytes);
  if (lostIn(text) > 2 + text.length / 50) {
    throw new OctaviaError('subtitles.encoding', `Much of the text is not valid ${encoding}.`);
  }
  return text;
}

/** How much of a text is used to detect its language, in characters. */
const SAMPLE = 3000;
/**
 * The detector scores real words at 0.7 and above, any other reading at 0.77 at most (shares of known letter groups).
 */
const LEAST_SCORE = 0.35;
/** The penalty for signs that occur in no word, by their share of the letters beyond ASCII. */
const ODD_SIGNS = 0.6;
/** Characters of any Chinese sentence: bytes that are another encoding give rare ones. */
const COMMON_HAN =
  /[的一是不了我你他她们們在有这這个個上来來到时時大说說国國年人那和要就好会會去么麼没沒很吗嗎都也对對]/g;
const MANY_COMMON = 0.08;
/** Korean and Japanese are mostly these; other bytes give a few of them. */
const SYLLABLES = /[\u3040-\u30ff\uac00-\ud7a3]/g;
const MOSTLY = 0.7;
const COMMON_BONUS = 0.2;
/** With more of them it is not this encoding. */
const MOST_ODD = 0.3;

/**
 * The reading that looks most like words of a language its encoding was made for.
 * Errors: `subtitles.encoding` when none does.
 * @param language BCP-47 of the text, if known
 */
function byWords(bytes: Uint8Array, language: string | undefined): DecodedText {
  const primary = language === undefined ? undefined : primaryLanguage(language);
  const own = ENCODINGS.filter(([, languages]) => primary !== undefined && languages.includes(primary));
  const readings = (own.length > 0 ? own : ENCODINGS).flatMap(([encoding, languages]) => {
    const text = readable(encoding, bytes);
    return text === undefined ? [] : [{ encoding, text, score: likeness(text, languages) }];
  });
  const best = readings.reduce<(typeof readings)[number] | undefined>(
    (winner, reading) => (winner === undefined || reading.score > winner.score ? reading : winner),
    undefined,
  );
  if (best === undefined || best.score < LEAST_SCORE) {
    throw new OctaviaError(
      'subtitles.encoding',
      'It does not look like words in any known encoding. Save it as UTF-8.',
    );
  }
  return { text: best.text, encoding: best.encoding, guessed: true };
}

/** The text, or undefined when the bytes are not in this encoding; a character cut off at the end does not count. */
function readable(encoding: string, bytes: Uint8Array): string | undefined {
  const text = decoded(encoding, bytes);
  return lostIn(text) > 1 + text.length / 500 ? undefined : text;
}

/** How much a reading looks like words in one of the languages, about 0…1. */
function likeness(text: string, languages: readonly string[]): number {
  const words = text
    .split(/\r\n|\r|\n/)
    .filter((line) => /\P{ASCII}/u.test(line))
    .join('\n')
    .slice(0, SAMPLE)
    .normalize('NFC');
  const beyond = words.match(/\P{ASCII}/gu) ?? [];
  const odd = words.match(ODD)?.length ?? 0;
  const share = odd / Math.max(1, beyond.length);
  if (share > MOST_ODD) return 0;
  const shareOf = (signs: RegExp): number => (words.match(signs)?.length ?? 0) / Math.max(1, beyond.length);
  const asian = shareOf(COMMON_HAN) > MANY_COMMON || shareOf(SYLLABLES) > MOSTLY;
  return languageScore(words, languages) - ODD_SIGNS * share + (asian ? COMMON_BONUS : 0);
}

/** Control characters, signs and capitals inside a word, accents without a letter, box-drawing characters. */
const ODD =
  /[\u0080-\u009f\u2500-\u25ff\ue000-\uf8ff\ufffd]|(?<=\p{L})[\u00a1-\u00a9\u00ab-\u00b4\u00b6\u00b8\u00b9\u00bb-\u00bf\u2116](?=\p{L})|(?<=\p{Ll})\p{Lu}|(?<![\p{L}\p{M}])\p{M}|\p{M}{3}/gu;

/** Control characters do not occur in subtitles; more than a few mean that this is not text. */
function looksBinary(text: string): boolean {
  const sample = text.slice(0, 8192);
  let controls = 0;
  for (let index = 0; index < sample.length; index++) {
    const code = sample.charCodeAt(index);
    if (code < 9 || (code > 13 && code < 32 && code !== 26 && code !== 27)) controls++;
  }
  return controls > 2 + sample.length / 100;
}
