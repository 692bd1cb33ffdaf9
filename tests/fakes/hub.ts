import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with a file; `times` bounds it, for ever when absent. */
export type Fault = { readonly times?: number } & (
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** The connection breaks after so many bytes of a body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The body stops coming after so many bytes, and the connection stays open. */
  | { readonly kind: 'stall'; readonly after: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Half of the body comes, the rest when this is so. */
  | { readonly kind: 'held'; readonly until: Promise<void> }
  /** One bit is not what it should be; another one each time when `varying`. */
  | { readonly kind: 'corrupt'; readonly varying?: boolean }
  /** Content-Length (and the total of a range) says so many bytes more, or fewer. */
  | { readonly kind: 'lie'; readonly more: number }
  | { readonly kind: 'page' }
  | { readonly kind: 'no-ranges' }
);

interface HubRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
}

/** From this size on the hub keeps files in large-file storage, behind a redirect. */
const LARGE = 1000;

/**
 * A model hub as huggingface.co documents and shows itself: GET|HEAD /{repo}/resolve/{revision}/{path} answers
 * a small file itself and redirects (302, X-Linked-Etag, X-Linked-Size, X-Repo-Commit) to a delivery network for
 * a large one, which knows ETag, Range and If-Range; GET /api/models/{repo}/tree/{revision} lists files with
 * their size and, for large ones, SHA-256, GET /api/models/{repo}/revision/{revision} tells its commit; what a
 * branch held stays to be had by its commit; unknown paths are 404 with X-Error-Code. CORS is open.
 * @param settings.mirror a plain mirror instead: the same layout, no list, no redirects
 */
export async function fakeHub(settings: { readonly mirror?: boolean } = {}) {
  const files = new Map<string, Uint8Array>();
  const faults = new Map<string, Fault & { left: number }>();
  const requests: HubRequest[] = [];

  /** The commit at which a branch stands: made up of what it holds, and kept for ever. */
  function commitOf(repo: string, revision: string): string {
    if (/^[0-9a-f]{40}$/.test(revision)) return revision;
    const start = `${repo}@${revision}/`;
    const held = [...files].filter(([key]) => key.startsWith(start)).sort(([a], [b]) => (a < b ? -1 : 1));
    const hash = createHash('sha1');
    for (const [key, bytes] of held) hash.update(`${key} ${sha(bytes)} `);
    const commit = hash.digest('hex');
    for (const [key, bytes] of held) files.set(`${repo}@${commit}/${key.slice(start.length)}`, bytes);
    return commit;
  }

  function takeFault(path: string): Fault | undefined {
    const fault = faults.get(path);
    if (fault === undefined || fault.left <= 0) return undefined;
    fault.left--;
    return fault;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://hub');
    const path = decodeURIComponent(url.pathname);
    requests.push({ method: request.method ?? '', path, range: request.headers.range });
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader(
      'Access-Control-Expose-Headers',
      'ETag, Link, Content-Range, X-Repo-Commit, X-Linked-Etag, X-Linked-Size',
    );
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    if (request.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Headers', 'Range, If-Range');
      return void response.writeHead(204).end();
    }
    const list = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/([^/]+)$/.exec(path);
    if (list && settings.mirror !== true) return sendList(`${list[1]}@${list[2]}/`, response);
    const told = /^\/api\/models\/([^/]+\/[^/]+)\/revision\/([^/]+)$/.exec(path);
    if (told?.[1] && told[2] && settings.mirror !== true) {
      const sha = commitOf(told[1], told[2]);
      return void response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ sha }));
    }
    const asked = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    if (asked) {
      const key = `${asked[1]}@${asked[2]}/${asked[3]}`;
      const bytes = files.get(key);
      if (bytes !== undefined && settings.mirror !== true) {
        response.setHeader('X-Repo-Commit', commitOf(asked[1] ?? '', asked[2] ?? ''));
      }
      if (bytes !== undefined && (settings.mirror === true || bytes.length < LARGE)) {
        return send(request, response, bytes, `"${sha(bytes).slice(0, 40)}"`, takeFault(key));
      }
      if (bytes !== undefined) return redirect(key, bytes, response);
    }
    const stored = /^\/cdn\/(.+)$/.exec(path)?.[1];
    const bytes = stored === undefined ? undefined : files.get(stored);
    if (stored !== undefined && bytes !== undefined) {
      return send(request, response, bytes, `"${sha(bytes)}"`, takeFault(stored));
    }
    response.writeHead(404, { 'X-Error-Code': 'EntryNotFound', 'Content-Type': 'text/plain' });
    response.end('Entry not found');
  }

  function sendList(prefix: string, response: ServerResponse): void {
    const list = [...files].flatMap(([key, bytes]) => {
      if (!key.startsWith(prefix)) return [];
      const lfs =
        bytes.length < LARGE ? {} : { lfs: { oid: sha(bytes), size: bytes.length, pointerSize: 130 } };
      const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
      return [{ type: 'file', oid, size: bytes.length, path: key.slice(prefix.length), ...lfs }];
    });
    if (list.length === 0) return void response.writeHead(404, { 'X-Error-Code': 'RepoNotFound' }).end();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(list));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Requests so far, oldest first. */
    requests,
    /** Puts a file into a repository, or changes it. */
    put: (repo: string, revision: string, path: string, bytes: Uint8Array) =>
      void files.set(`${repo}@${revision}/${path}`, bytes),
    remove: (repo: string, revision: string, path: string) => files.delete(`${repo}@${revision}/${path}`),
    /** Makes requests for the content of a file go wrong from now on. */
    fault: (key: string, fault: Fault) => void faults.set(key, { ...fault, left: fault.times ?? Infinity }),
    heal: () => faults.clear(),
    commitOf,
    /** Bodies of files that were asked for, as `path range`. */
    fetches: () => requests.filter(({ path }) => !path.startsWith('/api/') && !isRedirected(path)),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  function isRedirected(path: string): boolean {
    const [, repo, revision, file] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    return settings.mirror !== true && (files.get(`${repo}@${revision}/${file}`)?.length ?? 0) >= LARGE;
  }
}

const hashes = new WeakMap<Uint8Array, string>();

function sha(bytes: Uint8Array): string {
  const hash = hashes.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
  hashes.set(bytes, hash);
  return hash;
}

function redirect(key: string, bytes: Uint8Array, response: ServerResponse): void {
  response.writeHead(302, {
    Location: `/cdn/${key.split('/').map(encodeURIComponent).join('/')}?Expires=1&Signature=s`,
    ETag: `"${sha(bytes)}"`,
    'X-Linked-Etag': `"${sha(bytes)}"`,
    'X-Linked-Size': String(bytes.length),
  });
  response.end();
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  whole: Uint8Array,
  etag: string,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'status') {
    const wait = fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
    return void response.writeHead(fault.status, wait).end();
  }
  if (fault?.kind === 'page') {
    return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Please log in</h1>');
  }
  const start = startOf(request, etag, fault);
  const lie = fault?.kind === 'lie' ? fault.more : 0;
  if (start >= whole.length && start > 0) {
    return void response.writeHead(416, { 'Content-Range': `bytes */${whole.length + lie}` }).end();
  }
  const body = fault?.kind === 'corrupt' ? corrupted(whole, fault.varying === true) : whole;
  const headers = {
    ETag: etag,
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(whole.length - start + lie),
    ...(start > 0 ? { 'Content-Range': `bytes ${start}-${whole.length - 1}/${whole.length + lie}` } : {}),
  };
  response.writeHead(start > 0 ? 206 : 200, headers);
  if (request.method === 'HEAD') return void response.end();
  await sendBody(response, body.subarray(start, lie < 0 ? whole.length + lie : undefined), fault);
}

/** Where the asked range begins; 0 when none is asked for, or its If-Range no longer holds. */
function startOf(request: IncomingMessage, etag: string, fault: Fault | undefined): number {
  const condition = request.headers['if-range'];
  if (fault?.kind === 'no-ranges' || (condition !== undefined && condition !== etag)) return 0;
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

async function sendBody(response: ServerResponse, body: Uint8Array, fault: Fault | undefined): Promise<void> {
  switch (fault?.kind) {
    case undefined:
    case 'corrupt':
    case 'no-ranges':
    case 'page':
    case 'status':
      response.end(body);
      return;
    case 'cut':
      response.write(body.subarray(0, fault.after), () => response.destroy());
      return;
    case 'lie':
      if (fault.more > 0) response.write(body, () => response.destroy());
      else response.end(body);
      return;
    case 'stall':
      response.write(body.subarray(0, fault.after));
      return;
    case 'held': {
      const half = Math.floor(body.length / 2);
      response.write(body.subarray(0, half));
      await fault.until;
      response.end(body.subarray(half));
      return;
    }
    case 'slow': {
      const step = Math.max(1, Math.round(fault.bytesPerSecond / 20));
      for (let at = 0; at < body.length && !response.destroyed; at += step) {
        response.write(body.subarray(at, at + step));
        await sleep(50);
      }
      response.end();
    }
  }
}

let bit = 0;

function corrupted(bytes: Uint8Array, varying: boolean): Uint8Array {
  const copy = bytes.slice();
  const at = varying ? ++bit % copy.length : 0;
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
