import { detectLanguage, SURE_LANGUAGE } from '../language/detect.ts';
import { primaryLanguage } from '../language/tags.ts';
import { plainText } from './cue-text.ts';
import type { RawCue } from './raw-cue.ts';

/** Least share of cues with a line in each language. */
const MOST = 0.6;
/** Letters of each language, below which nothing is removed. */
const ENOUGH = 20;

const SCRIPTS: readonly (readonly [name: string, letters: RegExp])[] = [
  ['Hani', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['Hang', /\p{Script=Hangul}/u],
  ['Cyrl', /\p{Script=Cyrillic}/u],
  ['Arab', /\p{Script=Arabic}/u],
  ['Grek', /\p{Script=Greek}/u],
  ['Hebr', /\p{Script=Hebrew}/u],
  ['Thai', /\p{Script=Thai}/u],
  ['Deva', /\p{Script=Devanagari}/u],
  ['Latn', /\p{Script=Latin}/u],
];

export interface OneLanguage {
  readonly cues: readonly RawCue[];
  /** Set when the cues contained two languages. */
  readonly found?: { readonly kept: string; readonly left: string };
}

/**
 * Cues that say everything twice, in two languages one above the other, reduced to one of them: the first of `wanted`
 * that is there, else the upper one.
 * @param wanted BCP-47
 */
export function inOneLanguage(cues: readonly RawCue[], wanted: readonly string[]): OneLanguage {
  const halves = cues.map(halved);
  const pairs = halves.filter((half) => half !== undefined);
  if (pairs.length < 2 || pairs.length < MOST * cues.length) return { cues };
  const [upper, lower] = [0, 1].map((side) => pairs.map((pair) => pair[side]?.join(' ') ?? '').join('\n'));
  const [first, second] = [languageOf(upper ?? ''), languageOf(lower ?? '')];
  if (first === undefined || second === undefined || first === second) return { cues };
  const keepsLower = wanted.map(primaryLanguage).find((tag) => tag === first || tag === second) === second;
  const found = keepsLower ? { kept: second, left: first } : { kept: first, left: second };
  const side = keepsLower ? 1 : 0;
  return {
    cues: cues.map((cue, index) => ({ ...cue, lines: halves[index]?.[side] ?? cue.lines })),
    found,
  };
}

/** The lines where the script changes, or else the upper and the lower half. */
function halved({ lines }: RawCue): readonly [string[], string[]] | undefined {
  const written = lines.filter((line) => plainText(line) !== '');
  if (written.length < 2 || written.length > 4) return undefined;
  const scripts = written.map((line) => scriptOf(plainText(line)));
  const change = scripts.findIndex((script) => script !== scripts[0]);
  const at = change > 0 ? change : written.length / 2;
  if (!Number.isInteger(at) || scripts.slice(at).some((script) => script !== scripts[at])) return undefined;
  return [written.slice(0, at), written.slice(at)];
}

function scriptOf(text: string): string | undefined {
  return SCRIPTS.find(([, letters]) => letters.test(text))?.[0];
}

/** Its language, if there is enough text to be sure, or if the script alone shows that it differs. */
function languageOf(text: string): string | undefined {
  const script = scriptOf(text);
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (script === 'Latn' && letters < ENOUGH) return undefined;
  const found = detectLanguage(text);
  return found !== undefined && (script !== 'Latn' || found.confidence >= SURE_LANGUAGE)
    ? found.language
    : undefined;
}
