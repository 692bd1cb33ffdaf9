/**
 * How a media element has to ask for an address. The page is isolated (server/site/headers.ts), so what lies on another
 * origin is let in by CORS alone; a blob of the page's own, or a file of this server, needs none.
 */
export function crossOriginOf(url: string): 'anonymous' | undefined {
  return new URL(url, location.href).origin === location.origin ? undefined : 'anonymous';
}
