import { OctaviaError } from '../errors.ts';

/** Text and how it was encoded; `guessed` when nothing but the look of the letters decided it. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: string;
  readonly guessed: boolean;
}

/**
 * Decodes the bytes of a subtitle file: byte order mark first, then UTF-16 by its zero bytes, then strict
 * UTF-8, then the single-byte encoding whose letters look most like words. Errors: `subtitles.encoding`.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const marked = byMark(bytes);
  const encoding = marked ?? utf16ByZeros(bytes) ?? (isUtf8(bytes) ? 'utf-8' : undefined);
  const decoded =
    encoding === undefined
      ? byLetters(bytes)
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

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A file cut in the middle of a character, or with a few bad bytes, is still read: they become U+FFFD. */
function strictly(encoding: string, bytes: Uint8Array): string {
  const text = new TextDecoder(encoding).decode(bytes);
  const lost = text.split('�').length - 1;
  if (lost > 2 + text.length / 50) {
    throw new OctaviaError('subtitles.encoding', `Much of the text is not valid ${encoding}.`);
  }
  return text;
}

/**
 * Letters beyond ASCII that are frequent in the languages each encoding was made for; the same byte is
 * another sign in the others. Order: on a tie the first wins.
 */
const SINGLE_BYTE: readonly (readonly [encoding: string, letters: string])[] = [
  ['windows-1252', 'àáâãäåæçèéêëìíîïñòóôõöøùúûüßœ¿¡ºª'],
  ['windows-1250', 'ąćęłńóśźżáčďéěíňřšťúůýžőűöüôäľĺŕßâăîșțşţđ'],
  ['iso-8859-2', 'ąćęłńóśźżáčďéěíňřšťúůýžőűöüôäľĺŕßâăîșțşţđ'],
  ['windows-1251', 'абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ'],
];

/** Typographic signs that stand in text in any of them. */
const PUNCTUATION = '‘’‚“”„«»–—…•·°€£§© \u00ad';

function byLetters(bytes: Uint8Array): DecodedText {
  const scored = SINGLE_BYTE.map(([encoding, letters]) => {
    const text = new TextDecoder(encoding).decode(bytes);
    return { text, encoding, guessed: true, score: plausibility(text, letters) };
  });
  const best = scored.reduce((winner, candidate) => (candidate.score > winner.score ? candidate : winner));
  return { text: best.text, encoding: best.encoding, guessed: true };
}

/** Rewards expected letters in lower-case words, punishes signs and capitals in the middle of a word. */
function plausibility(text: string, letters: string): number {
  let score = 0;
  const sample = text.slice(0, 200_000);
  for (let index = 0; index < sample.length; index++) {
    const char = sample.charAt(index);
    if (char < '\u0080' || PUNCTUATION.includes(char)) continue;
    const insideWord = /[a-zа-я\u00df-\u024f]/.test(sample.charAt(index - 1));
    if (char < '\u00a0') score -= 3;
    else if (letters.includes(char)) score += 1;
    else if (letters.includes(char.toLowerCase())) score += insideWord ? -1 : 0.5;
    else score -= 1;
  }
  return score;
}

/** Control characters do not occur in subtitles; more than a few mean that this is no text. */
function looksBinary(text: string): boolean {
  const sample = text.slice(0, 8192);
  let controls = 0;
  for (let index = 0; index < sample.length; index++) {
    const code = sample.charCodeAt(index);
    if (code < 9 || (code > 13 && code < 32 && code !== 26 && code !== 27)) controls++;
  }
  return controls > 2 + sample.length / 100;
}
