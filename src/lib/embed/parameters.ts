import { absoluteAddress, DEMO_LANGUAGES, type Files } from './files.ts';
import { NAMES, type Name } from './names.ts';

/** What the site asks for, by the names of the element's attributes and of the frame's parameters. */
export interface Parameters {
  /** Undefined: `src` is not an address. */
  readonly files: Files | 'demo' | undefined;
  /** BCP-47, or `auto`. */
  readonly from: string;
  /** BCP-47; the first one is chosen at the start. */
  readonly to: readonly string[];
  readonly theme: 'auto' | 'light' | 'dark';
  readonly accent: string | undefined;
  readonly lang: string | undefined;
  /** Whether the visitor's machine dubs, a ready-made dub is played, or the visitor chooses. */
  readonly mode: Mode;
  readonly cta: { readonly text: string; readonly address: string | undefined } | undefined;
  /** Names that are unknown, or whose values cannot be used. */
  readonly ignored: readonly string[];
}

type Mode = 'auto' | 'here' | 'ready';

const LANGUAGE = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;
export const COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/**
 * Reads the frame's parameters. Whatever is wrong is left out and named, so that a page with one mistake still has
 * an embed that works.
 * @param base address that relative ones refer to
 */
export function readParameters(query: URLSearchParams, base: string): Parameters {
  const ignored = [...new Set(query.keys())].filter((name) => !(NAMES as readonly string[]).includes(name));
  const read = <T>(name: Name, take: (value: string) => T | undefined): T | undefined => {
    const value = query.get(name)?.trim();
    if (!value) return undefined;
    const taken = take(value);
    if (taken === undefined) ignored.push(name);
    return taken;
  };
  const address = (name: Name) => read(name, (value) => webAddress(value, base));
  const src = address('src');
  const others = { poster: address('poster'), subtitles: address('subtitles'), ready: address('ready') };
  return {
    files: src === undefined ? (query.has('src') ? undefined : 'demo') : { src, ...others },
    from: read('from', (value) => one(value, /^auto$/) ?? one(value, LANGUAGE)) ?? 'auto',
    to: read('to', languages) ?? DEMO_LANGUAGES,
    theme: read('theme', (value) => choice(value, ['auto', 'light', 'dark'])) ?? 'auto',
    accent: read('accent', (value) => one(value, COLOUR)),
    lang: read('lang', (value) => one(value, LANGUAGE)),
    mode: read('mode', (value) => choice(value, ['auto', 'here', 'ready'])) ?? 'auto',
    cta: read('cta', (value) => button(value, base)),
    ignored,
  };
}

/** An address that may be fetched, absolute. */
function webAddress(value: string, base: string): string | undefined {
  const address = absoluteAddress(value, base);
  return address !== undefined && /^https?:/.test(address) ? address : undefined;
}

function languages(value: string): string[] | undefined {
  const tags = value.split(',').map((tag) => tag.trim());
  return tags.every((tag) => LANGUAGE.test(tag)) ? [...new Set(tags)] : undefined;
}

/** `Start free | https://example.com/start`; without an address, only the page is told. */
function button(value: string, base: string): Parameters['cta'] {
  const [text = '', address] = value.split('|').map((part) => part.trim());
  const link = address === undefined ? undefined : webAddress(address, base);
  if (text === '' || (address !== undefined && link === undefined)) return undefined;
  return { text, address: link };
}

const one = (value: string, form: RegExp): string | undefined => (form.test(value) ? value : undefined);

function choice<T extends string>(value: string, choices: readonly T[]): T | undefined {
  return choices.find((each) => each === value);
}
