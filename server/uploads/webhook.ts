import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { OctaviaError } from '@octavia/pipeline/errors';
import { json, refusals } from '../routing/openapi.ts';
import { parseStorable } from '../routing/text.ts';
import type { Services } from '../services/services.ts';
import { uploadNews } from './arrive.ts';

const WEBHOOK_BYTES = 16 * 1024;

const News = z.object({ VideoLibraryId: z.int(), VideoGuid: z.string().min(1).max(100), Status: z.int() });

const hearBunny = createRoute({
  method: 'post',
  path: '/webhooks/bunnycdn',
  summary: 'What Bunny Stream reports about an upload',
  description: 'Signed with X-BunnyStream-Signature (v1, hmac-sha256) over the raw body.',
  responses: {
    200: { description: 'Heard', ...json(z.object({ ok: z.literal(true) })) },
    ...refusals(400, 401, 413),
  },
});

export function webhookRoutes(services: Services): OpenAPIHono {
  const app = new OpenAPIHono();
  const middleware = bodyLimit({ maxSize: WEBHOOK_BYTES, onError: tooLarge });
  app.openapi({ ...hearBunny, middleware }, async (c) => {
    // The signature covers the bytes as sent, so nothing may parse them first.
    const raw = new Uint8Array(await c.req.arrayBuffer());
    if (!services.bunny?.signatureIsValid(c.req.raw.headers, raw))
      throw new OctaviaError('webhook.signature');
    const news = News.safeParse(parse(raw));
    if (!news.success) throw new OctaviaError('request.invalid');
    const { VideoLibraryId: library, VideoGuid: guid, Status: status } = news.data;
    if (String(library) === services.config.bunnyStream?.libraryId) {
      await uploadNews(services, { provider: 'bunny', guid, status });
    }
    return c.json({ ok: true as const }, 200);
  });
  return app;
}

function tooLarge(): never {
  throw new OctaviaError('request.too_large');
}

function parse(raw: Uint8Array): unknown {
  try {
    return parseStorable(new TextDecoder().decode(raw));
  } catch {
    return undefined;
  }
}
