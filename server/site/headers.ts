/**
 * The page's policy. As a header it also binds module workers, which take their policy from their own response and
 * could otherwise connect anywhere. svelte.config.js repeats the parts that no configuration widens (a test compares
 * the two). A browser enforces both, so only this file says what the page may reach.
 */
export const POLICY: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'self'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'", 'blob:'],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'media-src': ["'self'", 'blob:'],
  'connect-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

/** Origins other than this server that the configuration makes part of the page, e.g. `https://video.bunnycdn.com`. */
export interface PageSources {
  /** For requests: uploads, sign-in. */
  readonly connect: readonly string[];
  /** For playing results and their originals. */
  readonly media: readonly string[];
}

/** What the headers of a response depend on. */
export interface Asked {
  readonly path: string;
  /** CSP sources (`'sha256-…'`) of the document's own inline scripts. */
  readonly inlineScripts?: readonly string[] | undefined;
  /** Without them the page can reach only this server. */
  readonly sources?: PageSources | undefined;
  /** Origin of the model host that the fetcher is started for. */
  readonly hub?: string | undefined;
  /** Who may frame the embed, and what it may fetch; undefined for the built-in demo, which anyone may show. */
  readonly embed?: EmbedSources | undefined;
}

/** Origins for an embed that plays a clip of the site's own. */
export interface EmbedSources {
  readonly sites: readonly string[];
  readonly clips: readonly string[];
}

/** The frame that other sites may embed. */
export const EMBED_PATH = '/embed';

/** What such pages fetch for it: the same for everyone, and readable in a sandboxed frame, which has no origin. */
const FOR_ALL = /^\/(?:embed\.js$|_app\/immutable\/|sample\/)/;

/**
 * The worker that fetches models, as the build names it: the only script that may connect to a model host, and the
 * one that never sees a video. The page names the host in its address: `?hub=https://host`.
 */
const FETCHER = /^\/_app\/immutable\/workers\/packs\.worker-[\w-]+\.js$/;

/** An origin, and nothing that could mean more in a policy. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

/** The hub sends large files from these (huggingface.co/.well-known/meta.json: lfsDomains, cdnDomains). */
const FURTHER: Readonly<Record<string, string>> = { 'https://huggingface.co': 'https://*.hf.co' };

/** What a script may connect to besides this site: only the fetcher, and only the host it is started for. */
function connectable({ path, hub, sources }: Asked): readonly string[] {
  if (!FETCHER.test(path)) return sources?.connect ?? [];
  if (hub === undefined || !ORIGIN.test(hub)) return [];
  const further = FURTHER[hub];
  return further === undefined ? [hub] : [hub, further];
}

/** Browser features that dubbing never needs. */
const DENIED = ['camera', 'display-capture', 'geolocation', 'microphone', 'midi', 'payment', 'serial', 'usb'];

function contentSecurityPolicy(asked: Asked): string {
  const clips = asked.embed?.clips ?? [];
  const more: Record<string, readonly string[] | undefined> = {
    'script-src': asked.inlineScripts,
    'connect-src': [...connectable(asked), ...clips],
    'media-src': [...(asked.sources?.media ?? []), ...clips],
    'img-src': clips,
  };
  const directives = Object.entries(POLICY).map(([name, sources]) =>
    [name, ...sources, ...(more[name] ?? [])].join(' '),
  );
  return [...directives, ['frame-ancestors', ...ancestors(asked)].join(' ')].join('; ');
}

/** Who may frame this: only the embed may be framed, and with a site's own clip only by the sites allowed. */
function ancestors({ path, embed }: Asked): readonly string[] {
  if (path !== EMBED_PATH) return ["'none'"];
  return embed === undefined ? ['*'] : ["'self'", ...embed.sites];
}

/** Hash sources of the document's own policy: SvelteKit writes them for its inline start-up script. */
export function inlineScriptHashes(html: string): string[] {
  const meta = /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(html)?.[1] ?? '';
  const scripts = /script-src ([^;]*)/.exec(meta)?.[1] ?? '';
  return scripts.match(/'sha(?:256|384|512)-[A-Za-z0-9+/=]+'/g) ?? [];
}

/**
 * Headers of every response: cross-origin isolation (wasm threads need it), the policy, and no type sniffing. Only the
 * embed may be shown inside another site's page.
 */
export function securityHeaders(asked: Asked): Record<string, string> {
  const { path } = asked;
  const embed = path === EMBED_PATH;
  return {
    'Content-Security-Policy': contentSecurityPolicy(asked),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': embed || FOR_ALL.test(path) ? 'cross-origin' : 'same-origin',
    ...(FOR_ALL.test(path) ? { 'Access-Control-Allow-Origin': '*' } : {}),
    // Isolates the embed inside a page that is not isolated itself (Chromium).
    ...(embed ? { 'Document-Isolation-Policy': 'isolate-and-credentialless' } : {}),
    'Permissions-Policy': DENIED.map((power) => `${power}=()`).join(', '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}
