import { createHash, createHmac, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { bunnyTus } from './bunny-tus.ts';
import { listen } from './listen.ts';
import { answerBytes } from './ranges.ts';

export const BUNNY = {
  libraryId: '133',
  apiKey: 'stream-api-key',
  readOnlyKey: 'stream-read-only-key',
  zone: 'results',
  accessKey: 'storage-password',
  tokenKey: 'token-security-key',
};

/** Settings of a server whose results lie in the storage of a fake at `origin`. */
export function bunnyStorageAt(origin: string) {
  const { zone, accessKey, tokenKey } = BUNNY;
  return { kind: 'bunny', endpoint: origin, zone, accessKey, tokenKey, pullZone: `${origin}/cdn` } as const;
}

/** Settings of a server whose uploads go to Bunny Stream, a fake at `origin`. */
export function bunnyStreamAt(origin: string) {
  const { libraryId, apiKey, readOnlyKey, tokenKey } = BUNNY;
  return { api: origin, libraryId, apiKey, readOnlyKey, tokenKey, pullZone: `${origin}/cdn` };
}

/**
 * What of bunny.net Octavia uses, as their documentation describes it:
 * - Stream: POST /library/{id}/videos → {guid}, GET and DELETE /library/{id}/videos/{guid}, AccessKey header;
 *   uploads over tus, after which the original lies in the pull zone; webhooks signed with HMAC-SHA256 of the raw
 *   body, sent to `hook.url` once there is one.
 * - Storage: PUT (201, `Checksum` of uppercase SHA-256 or 400), GET with ranges, DELETE at /{zone}/{path}.
 * - Pull zone: GET with token authentication; here below /cdn, so that one server plays all three. Its Edge Rules
 *   set Access-Control-Allow-Origin to `*` and Content-Disposition to `attachment; filename="%{Query.name}"`.
 */
export async function fakeBunny() {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const videos = new Map<string, { title: string; status: number }>();
  /** Set: how Stream's API answers whatever it is asked. */
  const faults: { status?: 500 } = {};
  const counted = { created: 0 };
  const hook: { url?: string } = {};
  const app = new Hono();
  const tus = bunnyTus({
    ...BUNNY,
    async arrived(guid, bytes) {
      const video = videos.get(guid);
      if (!video) throw new Error('No such video.');
      videos.set(guid, { ...video, status: 1 });
      files.set(`${guid}/original`, bytes);
      if (hook.url !== undefined) await fetch(hook.url, webhook(guid, 7));
    },
  });
  app.route('/tusupload', tus);

  const video = app.basePath('/library');
  video.use('*', async (c, next) => {
    if (c.req.header('accesskey') !== BUNNY.apiKey) return c.json({ message: 'Unauthorized' }, 401);
    return faults.status === undefined ? next() : c.json({ message: 'Trouble' }, faults.status);
  });
  video.post(`/${BUNNY.libraryId}/videos`, async (c) => {
    const { title } = await c.req.json<{ title: string }>();
    const guid = randomUUID();
    counted.created++;
    videos.set(guid, { title, status: 0 });
    return c.json({ guid, title, status: 0 });
  });
  video.get(`/${BUNNY.libraryId}/videos/:guid`, (c) => {
    const found = videos.get(c.req.param('guid'));
    return found ? c.json({ guid: c.req.param('guid'), ...found }) : c.json({ message: 'Not Found' }, 404);
  });

  video.delete(`/${BUNNY.libraryId}/videos/:guid`, (c) => {
    const guid = c.req.param('guid');
    files.delete(`${guid}/original`);
    return videos.delete(guid) ? c.json({ success: true }) : c.json({ message: 'Not Found' }, 404);
  });

  const storage = new Hono();
  storage.use('*', async (c, next) => {
    if (c.req.header('accesskey') !== BUNNY.accessKey) return c.json({ HttpCode: 401 }, 401);
    return next();
  });
  storage.put('/:path{.+}', async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const hash = createHash('sha256').update(bytes).digest('hex').toUpperCase();
    const checksum = c.req.header('checksum');
    if (checksum !== undefined && checksum !== hash) return c.json({ HttpCode: 400 }, 400);
    files.set(c.req.param('path'), bytes);
    return c.json({ HttpCode: 201, Message: 'File uploaded.' }, 201);
  });
  storage.get('/:path{.+}', (c) => {
    const bytes = files.get(c.req.param('path'));
    return bytes ? answerBytes(bytes, c.req.header('range'), etagOf(bytes)) : c.json({ HttpCode: 404 }, 404);
  });
  storage.delete('/:path{.+}', (c) =>
    files.delete(c.req.param('path')) ? c.json({ HttpCode: 200 }) : c.json({ HttpCode: 404 }, 404),
  );
  app.route(`/${BUNNY.zone}`, storage);

  app.get('/cdn/:path{.+}', (c) => {
    const { token, expires, ...rest } = c.req.query();
    const path = `/${c.req.param('path')}`;
    const signed = Object.entries(rest)
      .sort()
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const mac = createHmac('sha256', BUNNY.tokenKey).update(`${path}${expires ?? ''}${signed}`);
    const valid = token === `HS256-${mac.digest('base64url')}` && Number(expires) * 1000 > Date.now();
    if (!valid) return c.text('403 Forbidden', 403);
    const bytes = files.get(c.req.param('path'));
    if (!bytes) return c.text('404', 404);
    const response = answerBytes(bytes, c.req.header('range'), etagOf(bytes));
    response.headers.set('Access-Control-Allow-Origin', '*');
    response.headers.set('Content-Disposition', `attachment; filename="${rest['name'] ?? ''}"`);
    return response;
  });

  const server = await listen(app);
  return { ...server, files, videos, faults, counted, webhook, hook };
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

/** A webhook as Bunny Stream sends it. */
function webhook(
  guid: string,
  status: number,
  change: { body?: string; headers?: Record<string, string> } = {},
) {
  const signed = JSON.stringify({ VideoLibraryId: Number(BUNNY.libraryId), VideoGuid: guid, Status: status });
  const signature = createHmac('sha256', BUNNY.readOnlyKey).update(signed).digest('hex');
  return {
    method: 'POST',
    body: change.body ?? signed,
    headers: {
      'Content-Type': 'application/json',
      'X-BunnyStream-Signature-Version': 'v1',
      'X-BunnyStream-Signature-Algorithm': 'hmac-sha256',
      'X-BunnyStream-Signature': signature,
      ...change.headers,
    },
  };
}
