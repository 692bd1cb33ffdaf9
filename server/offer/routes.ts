import { OpenAPIHono } from '@hono/zod-openapi';
import { originFor } from '../routing/origin.ts';
import type { Services } from '../services/services.ts';
import { readOffer, type Offer } from './calls.ts';

/** Tells a page that there is a cloud here and its terms. Needs no session and sets no cookie. */
export function offerRoutes({ config }: Services): OpenAPIHono {
  const app = new OpenAPIHono();
  const sign_in: Offer['sign_in'] =
    config.clerk === undefined
      ? { kind: 'local' }
      : { kind: 'clerk', publishable_key: config.clerk.publishableKey ?? null };
  app.openapi(readOffer, (c) =>
    c.json(
      {
        sign_in,
        upload_host: new URL(config.bunnyStream?.api ?? originFor(config, c)).host,
        upload_bytes: config.limits.uploadBytes,
        uploads: config.limits.pendingUploads,
        upload_lifetime: config.timing.uploadLifetime,
        keep_files: config.timing.keepFiles,
        link_lifetime: config.timing.linkLifetime,
      },
      200,
    ),
  );
  return app;
}
