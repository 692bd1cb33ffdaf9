import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { Hono, type Context } from 'hono';
import { chooseEncoding, createCompressor } from './compress.ts';
import { describeFile, findFile, type SiteFile } from './files.ts';
import { readEmbedConfig, type EmbedConfig } from '../settings/embed.ts';
import { embedSources, limitEmbeds } from './embed.ts';
import { EMBED_PATH, securityHeaders, type EmbedSources, type PageSources } from './headers.ts';
import { shelfRoutes, type Shelf } from './shelf.ts';
import { ifRangeHolds, notModified, parseRange } from './range.ts';

export interface SiteOptions {
  /** Other origins the page may reach. */
  readonly sources?: PageSources | undefined;
  /** Models besides those of the page. */
  readonly shelf?: Shelf | undefined;
  /** By default other sites may embed only the built-in demo. */
  readonly embed?: EmbedConfig | undefined;
}

/**
 * The built page as an application: GET and HEAD with ranges, conditional requests, compression, and the headers
 * that keep the page isolated and its media on the device.
 * @param root folder of the built page (`build/`)
 */
export function createSite(root: string, options: SiteOptions = {}): Hono {
  const { sources, shelf, embed = readEmbedConfig({}) } = options;
  const site = new Hono();
  site.use(EMBED_PATH, limitEmbeds(embed));
  if (shelf !== undefined) site.route('/', shelfRoutes(shelf));
  const compress = createCompressor();
  site.on(['GET', 'HEAD'], '*', async (c) => {
    const path = c.req.path;
    const file = (await findFile(root, path)) ?? (await onShelf(shelf, path));
    if (file !== undefined) return answer(c, file, compress, sources, embedSources(c, embed));
    const withoutSlash = path.replace(/(?<=[^/])\/$/, '');
    if (withoutSlash !== path && (await findFile(root, withoutSlash)) !== undefined) {
      return c.body(null, 308, { ...securityHeaders({ path }), Location: withoutSlash });
    }
    return notFound(root, path, c.req.method === 'HEAD', sources);
  });
  site.all('*', (c) =>
    c.text('Method not allowed\n', 405, { ...securityHeaders({ path: c.req.path }), Allow: 'GET, HEAD' }),
  );
  return site;
}

async function onShelf(shelf: Shelf | undefined, path: string): Promise<SiteFile | undefined> {
  const place = path.startsWith('/models/') ? await shelf?.locate(path) : undefined;
  return place === undefined ? undefined : describeFile(place, path);
}

async function notFound(
  root: string,
  path: string,
  head: boolean,
  sources: PageSources | undefined,
): Promise<Response> {
  const page = await findFile(root, '/404.html');
  const headers = {
    ...securityHeaders({ path, inlineScripts: page?.inlineScripts, sources }),
    'Cache-Control': 'no-cache',
    'Content-Type': page?.type ?? 'text/plain; charset=utf-8',
  };
  if (head) return new Response(null, { status: 404, headers });
  const body = page === undefined ? 'Not found\n' : stream(page, 0, page.bytes - 1);
  return new Response(body, { status: 404, headers });
}

async function answer(
  c: Context,
  file: SiteFile,
  compress: ReturnType<typeof createCompressor>,
  sources: PageSources | undefined,
  embed: EmbedSources | undefined,
): Promise<Response> {
  const head = c.req.method === 'HEAD';
  // RFC 9110 §14.2: "A server MUST ignore a Range header field received with a request method" other than GET.
  const wanted = head ? undefined : c.req.header('Range');
  // A range counts bytes of the plain file, so it is never compressed.
  const encoding = wanted === undefined ? chooseEncoding(c.req.header('Accept-Encoding'), file) : undefined;
  const etag = encoding === undefined ? file.etag : file.etag.replace(/"$/, `-${encoding}"`);
  const headers: Record<string, string> = {
    ...securityHeaders({
      path: c.req.path,
      inlineScripts: file.inlineScripts,
      sources,
      hub: c.req.query('hub'),
      embed,
    }),
    'Accept-Ranges': 'bytes',
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Type': file.type,
    ETag: etag,
    'Last-Modified': file.lastModified,
    Vary: 'Accept-Encoding',
  };
  if (
    notModified(c.req.header('If-None-Match'), c.req.header('If-Modified-Since'), etag, file.lastModified)
  ) {
    return new Response(null, { status: 304, headers });
  }
  if (encoding !== undefined) {
    const bytes = await compress(file, encoding);
    Object.assign(headers, { 'Content-Encoding': encoding, 'Content-Length': String(bytes.byteLength) });
    return new Response(head ? null : bytes, { headers });
  }
  const honoured = ifRangeHolds(c.req.header('If-Range'), etag, file.lastModified) ? wanted : undefined;
  const range = parseRange(honoured, file.bytes);
  switch (range.kind) {
    case 'unsatisfiable':
      headers['Content-Range'] = `bytes */${file.bytes}`;
      return new Response(null, { status: 416, headers });
    case 'part':
      headers['Content-Range'] = `bytes ${range.first}-${range.last}/${file.bytes}`;
      headers['Content-Length'] = String(range.last - range.first + 1);
      return new Response(stream(file, range.first, range.last), { status: 206, headers });
    case 'all':
      headers['Content-Length'] = String(file.bytes);
      return new Response(head ? null : stream(file, 0, file.bytes - 1), { headers });
  }
}

/** @param last inclusive */
function stream(file: SiteFile, first: number, last: number): ReadableStream | null {
  if (last < first) return null;
  return Readable.toWeb(createReadStream(file.path, { start: first, end: last })) as ReadableStream;
}
