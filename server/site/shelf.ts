import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { securityHeaders } from './headers.ts';

/** Where the page first asks for models: see {@link Shelf}. */
const MANIFEST = '/models/here.json';
const STOP = '/models/stop';

/** Models on this server besides those that come with the page, by id and file path. */
export interface Manifest {
  readonly schema: 'octavia.shelf/1';
  readonly models: Readonly<
    Record<string, Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>>
  >;
  /** What the server itself is fetching right now. */
  readonly fetching?: Fetching;
}

export interface Fetching {
  /** Titles of the models. */
  readonly models: readonly string[];
  /** Where they come from, in words. */
  readonly source: string;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly secondsLeft?: number;
  /** Whether the caller may stop it: only a user of this machine. */
  readonly stoppable: boolean;
}

/** Model files that the server keeps outside of the page's folder. */
export interface Shelf {
  manifest(): Promise<Omit<Manifest, 'fetching'> & { readonly fetching?: Omit<Fetching, 'stoppable'> }>;
  /** File on disk for a path below /models/; undefined when there is none. */
  locate(path: string): Promise<string | undefined>;
  /** Stops fetching what nobody asked for. */
  stop(): void;
}

/** The shelf's responses; the site serves its files. */
export function shelfRoutes(shelf: Shelf): Hono {
  const app = new Hono();
  app.get(MANIFEST, async (c) => {
    const { fetching, ...here } = await shelf.manifest();
    const manifest: Manifest =
      fetching === undefined ? here : { ...here, fetching: { ...fetching, stoppable: isOwner(c) } };
    return c.json(manifest, 200, { ...securityHeaders({ path: MANIFEST }), 'Cache-Control': 'no-cache' });
  });
  app.post(STOP, (c) => {
    const allowed = isOwner(c) && c.req.header('Sec-Fetch-Site') === 'same-origin';
    if (allowed) shelf.stop();
    return c.body(null, allowed ? 204 : 403, securityHeaders({ path: STOP }));
  });
  return app;
}

/**
 * Whether the request comes from this machine and is addressed to it: a reverse proxy names another host, and so does a
 * page whose name was pointed here.
 */
function isOwner(c: Context): boolean {
  const env = c.env as Partial<HttpBindings> | undefined;
  const peer = env?.incoming?.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const { hostname } = new URL(c.req.url);
  return isLoopback(peer) && (hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, '')));
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
