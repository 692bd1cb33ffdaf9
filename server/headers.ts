/**
 * The page's policy, the same as the one in svelte.config.js (a test compares them). As a header it also binds
 * module workers, which take theirs from their own response and would otherwise be free to connect anywhere.
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

/** Powers that dubbing never needs. */
const DENIED = ['camera', 'display-capture', 'geolocation', 'microphone', 'midi', 'payment', 'serial', 'usb'];

/** @param inlineScripts CSP sources (`'sha256-…'`) of the inline scripts that the document itself declares */
function contentSecurityPolicy(inlineScripts: readonly string[], embeddable: boolean): string {
  const directives = Object.entries(POLICY).map(([name, sources]) =>
    [name, ...sources, ...(name === 'script-src' ? inlineScripts : [])].join(' '),
  );
  return [...directives, `frame-ancestors ${embeddable ? '*' : "'none'"}`].join('; ');
}

/** Hash sources of the document's own policy: SvelteKit writes them for its inline start-up script. */
export function inlineScriptHashes(html: string): string[] {
  const meta = /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(html)?.[1] ?? '';
  const scripts = /script-src ([^;]*)/.exec(meta)?.[1] ?? '';
  return scripts.match(/'sha(?:256|384|512)-[A-Za-z0-9+/=]+'/g) ?? [];
}

/**
 * Headers of every response: cross-origin isolation (wasm threads need it), the policy, and no guessing of
 * types. Only `/embed` may be shown inside another site's page.
 */
export function securityHeaders(path: string, inlineScripts: readonly string[] = []): Record<string, string> {
  const embeddable = path === '/embed' || path.startsWith('/embed/');
  return {
    'Content-Security-Policy': contentSecurityPolicy(inlineScripts, embeddable),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': embeddable ? 'cross-origin' : 'same-origin',
    // Isolates the embed inside a page that is not isolated itself (Chromium).
    ...(embeddable ? { 'Document-Isolation-Policy': 'isolate-and-credentialless' } : {}),
    'Permissions-Policy': DENIED.map((power) => `${power}=()`).join(', '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}
