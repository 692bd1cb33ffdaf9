import { de, es, fr, it, pt } from './translations.ts';

/** The embed's texts. `{…}` is a placeholder. */
const en = {
  dub: 'Hear it in {language}',
  ready: 'Play the finished dub',
  original: 'Original',
  listen: 'Listen to',
  language: 'Language',
  captions: 'Captions',
  play: 'Play',
  pause: 'Pause',
  position: 'Position',
  stop: 'Stop',
  again: 'Try again',
  privacy: 'Your own machine does the dubbing. Nothing is uploaded.',
  waiting: 'Waits for the other video on this page.',
  fetching: 'Fetching: {size}',
  dubbing: 'Dubbing: {percent} · {size}',
  here: 'Dubbed on your own machine.',
  brought: 'Dubbed beforehand.',
  blocked: 'This page does not let the video player work.',
  unable: 'This browser cannot dub here.',
  offline: 'There is no connection to the internet.',
  unreachable: 'The video cannot be fetched.',
  refused: 'Videos from there are not allowed here.',
  missing: 'The video is no longer there.',
  large: 'The video is too large to be dubbed here.',
  unreadable: 'This is not a video that can be dubbed.',
  silent: 'Nobody speaks in this video.',
  languages: 'These languages are not available here.',
  failed: 'Something went wrong.',
} as const;

type TextName = keyof typeof en;
export type Texts = Readonly<Record<TextName, string>>;

const TABLE: Readonly<Record<string, Texts>> = { en, es, fr, de, pt, it };

/** Languages with texts. */
export const TEXT_LANGUAGES: readonly string[] = Object.keys(TABLE);

/** The texts for a language; English if we have none. @param tag BCP-47 */
export function textsFor(tag: string): Texts {
  return TABLE[languageOf(tag)] ?? en;
}

/** The language of {@link textsFor}. */
export function spokenBy(tag: string): string {
  return languageOf(tag) in TABLE ? languageOf(tag) : 'en';
}

const languageOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

/** Puts values into a text. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Errors with their own text; the others are {@link Texts.failed}. */
const ERRORS: Readonly<Record<string, TextName>> = {
  'embed.unable': 'unable',
  'embed.offline': 'offline',
  'embed.unreachable': 'unreachable',
  'embed.origin': 'refused',
  'embed.parameters': 'missing',
  'embed.missing': 'missing',
  'embed.too_large': 'large',
  'input.empty': 'unreadable',
  'input.not_media': 'unreadable',
  'input.truncated': 'unreadable',
  'input.no_audio': 'silent',
  'input.too_short': 'silent',
  'input.no_speech': 'silent',
  'language.unsupported': 'languages',
  'language.pair_unavailable': 'languages',
  'language.unrecognised': 'languages',
};

/** An error in the visitor's language. @param code stable */
export function errorText(texts: Texts, code: string): string {
  return texts[ERRORS[code] ?? 'failed'];
}
