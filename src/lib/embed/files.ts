/** The addresses of an embed's files; `{to}` in one stands for the target language. */
export interface Files {
  readonly src: string;
  readonly poster?: string | undefined;
  /** In the spoken or the target language. */
  readonly subtitles?: string | undefined;
  /** A finished dub. */
  readonly ready?: string | undefined;
}

/** Languages of the built-in demo, a clip in English that anybody may show. */
export const DEMO_LANGUAGES = ['es', 'fr', 'de'] as const;

/**
 * An absolute address that may contain `{to}`, which URL would write as %7Bto%7D; undefined when it is not an address.
 */
export function absoluteAddress(value: string, base: string): string | undefined {
  return URL.parse(value, base)?.href.replace(/%7Bto%7D/gi, '{to}');
}

/** The files for one language. @param base address of this server */
export function filesFor(files: Files | 'demo', to: string, base: string): Files {
  if (files === 'demo') return demoFiles(to, base);
  const named = (address: string | undefined) => address?.replaceAll('{to}', to);
  const { src, poster, subtitles, ready } = files;
  return { src: src.replaceAll('{to}', to), poster, subtitles: named(subtitles), ready: named(ready) };
}

/**
 * There are Spanish subtitles and a Spanish dub of the demo, the dub under a name that no user's dub gets. Other languages
 * are translated from the English subtitles.
 */
function demoFiles(to: string, base: string): Files {
  const file = (name: string) => new URL(`/sample/octavia-sample.${name}`, base).href;
  const spanish = to === 'es';
  return {
    src: file('mp4'),
    poster: file('jpg'),
    subtitles: file(spanish ? 'es.srt' : 'en.srt'),
    ready: spanish ? file('ready.es.mp4') : undefined,
  };
}
