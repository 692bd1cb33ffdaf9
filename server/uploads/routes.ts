import { OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { requireUser, type Env } from '../http/auth.ts';
import { ApiError } from '../http/errors.ts';
import { invalidHook } from '../http/openapi.ts';
import { originFor } from '../http/origin.ts';
import type { Services } from '../services.ts';
import { uploadNews } from './arrive.ts';
import * as calls from './calls.ts';
import { giveUpUpload } from './remove.ts';
import { renewTicket, requestUpload } from './request.ts';

const WEBHOOK_BYTES = 16 * 1024;

const News = z.object({ VideoLibraryId: z.int(), VideoGuid: z.string().min(1).max(100), Status: z.int() });

export function uploadRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalidHook });

  app.openapi({ ...calls.requestUpload, middleware: requireUser(services) }, async (c) =>
    c.json(
      await requestUpload(services, c.get('user'), c.req.valid('json'), originFor(services.config, c)),
      201,
    ),
  );

  app.openapi({ ...calls.renewTicket, middleware: requireUser(services) }, async (c) =>
    c.json(
      await renewTicket(services, c.get('user'), c.req.valid('param').id, originFor(services.config, c)),
      200,
    ),
  );

  app.openapi({ ...calls.giveUpUpload, middleware: requireUser(services) }, async (c) => {
    await giveUpUpload(services, c.get('user').userId, c.req.valid('param').id);
    return c.body(null, 204);
  });

  app.post('/webhooks/bunnycdn', bodyLimit({ maxSize: WEBHOOK_BYTES, onError: tooLarge }), async (c) => {
    // The signature covers the bytes as they were sent: nothing may parse them before.
    const raw = new Uint8Array(await c.req.arrayBuffer());
    if (!services.bunny?.signatureIsValid(c.req.raw.headers, raw)) throw new ApiError('webhook.signature');
    const news = News.safeParse(parse(raw));
    const ours = news.success && String(news.data.VideoLibraryId) === services.config.bunnyStream?.libraryId;
    if (!news.success) throw new ApiError('request.invalid');
    if (ours) {
      const { VideoGuid: guid, Status: status } = news.data;
      const jobId = await uploadNews(services.database, { provider: 'bunny', guid, status });
      if (jobId !== undefined) services.tell(jobId);
    }
    return c.json({ ok: true });
  });

  return app;
}

function tooLarge(): never {
  throw new ApiError('request.too_large');
}

function parse(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(raw));
  } catch {
    return undefined;
  }
}
