import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getMimeType } from 'hono/utils/mime';
import { inlineScriptHashes } from './headers.ts';

/** A file of the built page, ready to be sent. */
export interface SiteFile {
  readonly path: string;
  readonly bytes: number;
  readonly type: string;
  /** Strong: the file is only ever replaced as a whole, so its size and modification time identify it. */
  readonly etag: string;
  readonly lastModified: string;
  readonly immutable: boolean;
  /** Hash sources of a document's inline scripts. */
  readonly inlineScripts: readonly string[];
}

const MIME: Record<string, string> = { onnx: 'application/octet-stream', srt: 'application/x-subrip' };

/** SvelteKit's hashed assets, and model files, whose address holds their hash (catalogue.ts modelFilePath). */
const IMMUTABLE = /^\/(?:_app\/immutable\/.+|models\/[^/]+\/[0-9a-f]{16}\/.+)$/;

/**
 * The segments of a request path, decoded; undefined for a path that can never name one of our files: empty segments,
 * dot files, `..`, and separators hidden in percent-encoding.
 */
function segmentsOf(urlPath: string): string[] | undefined {
  const raw = urlPath.replace(/^\//, '').split('/');
  if (raw.length === 1 && raw[0] === '') return [];
  try {
    const segments = raw.map((segment) => decodeURIComponent(segment));
    return segments.every((segment) => /^[^./\\\0][^/\\\0]*$/.test(segment)) ? segments : undefined;
  } catch {
    return undefined;
  }
}

/** Finds the file for a request path: itself, `<path>.html` or `<path>/index.html`. */
export async function findFile(root: string, urlPath: string): Promise<SiteFile | undefined> {
  const segments = segmentsOf(urlPath);
  if (segments === undefined) return undefined;
  const base = join(root, ...segments);
  const candidates = segments.length === 0 ? [] : [base, `${base}.html`];
  for (const path of [...candidates, join(base, 'index.html')]) {
    const file = await describeFile(path, urlPath);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** A file on disk, ready to be sent at a path; undefined when there is none. */
export async function describeFile(path: string, urlPath: string): Promise<SiteFile | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile() !== true) return undefined;
  const type = getMimeType(path) ?? getMimeType(path, MIME) ?? 'application/octet-stream';
  const html = type.startsWith('text/html');
  return {
    path,
    bytes: info.size,
    type,
    etag: `"${info.size.toString(36)}-${Math.round(info.mtimeMs).toString(36)}"`,
    lastModified: info.mtime.toUTCString(),
    immutable: IMMUTABLE.test(urlPath),
    inlineScripts: html ? inlineScriptHashes(await readFile(path, 'utf8')) : [],
  };
}
