import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { serve, type ServerType } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { OctaviaError } from '@octavia/pipeline/errors';
import { Hono } from 'hono';
import { openingApi } from './http/opening.ts';
import { createSite, type SiteOptions } from './site/site.ts';

/** Open transfers get this long to end after a stop, in milliseconds. */
const GRACE_MS = 3_000;

/** Connections of one server; each takes memory. Browsers open six per host, workers one. */
const CONNECTIONS = 2_000;

/** A request's headers must be complete after this time, in milliseconds. */
const HEADERS_MS = 15_000;

/** An idle connection is cut after this time, in milliseconds. */
const IDLE_MS = 120_000;

export interface ListenOptions extends SiteOptions {
  /** Folder of the built page. */
  readonly root: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  /** Milliseconds until a request's headers must be complete, and open connections at most. */
  readonly headersMs?: number;
  readonly connections?: number;
  /** Makes the handler that comes before the page, once the server has its port: the cloud's API. */
  readonly api?: () => Promise<OpenAPIHono>;
}

export interface RunningServer {
  readonly url: string;
  /** Settles when the API answers too, or cannot be opened; the page is served in the meantime. */
  readonly opened: Promise<void>;
  /** Stops accepting, gives open transfers a moment to end, then cuts them. */
  close(): Promise<void>;
}

/**
 * Serves the built page until closed.
 * @throws OctaviaError `call.invalid` when the port cannot be used, `page.not_built`
 */
export async function listen({
  root,
  port,
  host,
  api,
  headersMs = HEADERS_MS,
  connections = CONNECTIONS,
  ...options
}: ListenOptions): Promise<RunningServer> {
  await access(join(root, 'index.html')).catch((cause: unknown) => {
    throw new OctaviaError('page.not_built', undefined, { cause });
  });
  const site = createSite(root, options);
  let front: Pick<Hono, 'fetch'> = api === undefined ? site : inFrontOf(site, openingApi());
  const server = serve({
    fetch: (request, env) => front.fetch(request, env),
    port,
    hostname: host,
    // Node would cut every request after five minutes; gigabytes on a slow line take longer. Removing that limit also
    // removes the one on headers, unless it is set.
    serverOptions: {
      requestTimeout: 0,
      headersTimeout: headersMs,
      connectionsCheckingInterval: headersMs / 5,
    },
  });
  server.maxConnections = connections;
  if ('setTimeout' in server) server.setTimeout(IDLE_MS);
  const bound = await new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, host, port)));
    server.once('listening', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
  const shown = host.includes(':') ? `[${host}]` : host;
  const open = async () => {
    if (api !== undefined) front = inFrontOf(site, await api());
  };
  return { url: `http://${shown}:${bound}/`, opened: open(), close: () => close(server) };
}

function inFrontOf(site: Hono, api: OpenAPIHono): Hono {
  return new Hono().route('/', api).route('/', site);
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): OctaviaError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is used by another program; choose another with --port.`,
    EACCES: `Port ${port} needs more rights than this user has; choose one above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine has no address ${host}.`,
    ENOTFOUND: `This machine has no address ${host}.`,
  };
  return new OctaviaError('call.invalid', reasons[error.code ?? ''] ?? error.message, { cause: error });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const until = Date.now() + GRACE_MS;
    // A kept-alive connection counts as idle only a while after its last response.
    const sweep = setInterval(() => {
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      if (Date.now() > until && 'closeAllConnections' in server) server.closeAllConnections();
    }, 50);
    server.close(() => {
      clearInterval(sweep);
      resolve();
    });
  });
}
