import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { securityHeaders } from './headers.ts';

/** What the page asks first about models: see {@link Shelf}. */
const MANIFEST = '/models/here.json';
const STOP = '/models/stop';

/** Models that this server has beyond those that come with the page, by id and path of the file. */
export interface Manifest {
  readonly schema: 'octavia.shelf/1';
  readonly models: Readonly<
    Record<string, Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>>
  >;
  /** What the server is fetching for itself just now. */
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
  /** Whether whoever asks may end it: the user of this very machine. */
  readonly stoppable: boolean;
}

/** Model files that the server keeps outside of the page's folder. */
export interface Shelf {
  manifest(): Promise<Omit<Manifest, 'fetching'> & { readonly fetching?: Omit<Fetching, 'stoppable'> }>;
  /** File on disk for a path below /models/; undefined when there is none. */
  locate(path: string): Promise<string | undefined>;
  /** Fetches nothing more that nobody asked for. */
  stop(): void;
}

/** The shelf's own answers; its files are the site's to serve. */
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
 * Whether the request comes from this machine, to this machine: a reverse proxy names another host, and so does a
 * page that had its name pointed here.
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
