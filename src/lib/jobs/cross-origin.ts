/**
 * The `crossorigin` attribute of a media element for an address. The page is isolated (server/site/headers.ts), so
 * files on another origin need CORS; the page's own blobs and files on this server do not.
 */
export function crossOriginOf(url: string): 'anonymous' | undefined {
  return new URL(url, location.href).origin === location.origin ? undefined : 'anonymous';
}
