import { createRoute, z } from '@hono/zod-openapi';
import { json, refusals } from '../routing/openapi.ts';

const OfferSchema = z
  .object({
    /** Where sessions come from: this server or Clerk. */
    sign_in: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('local') }),
      z.object({ kind: z.literal('clerk'), publishable_key: z.string().nullable() }),
    ]),
    /** The host that files are uploaded to. */
    upload_host: z.string(),
    /** Most bytes of one file. */
    upload_bytes: z.int(),
    /** Most unfinished uploads of one user at a time. */
    uploads: z.int(),
    /** Seconds until an unfinished upload is deleted. */
    upload_lifetime: z.number(),
    /** Seconds that a file and its dub are kept after the job has ended. */
    keep_files: z.number(),
    /** Seconds that a link to a result works; asking again gives a new one. */
    link_lifetime: z.number(),
  })
  .openapi('Offer');
export type Offer = z.infer<typeof OfferSchema>;

export const readOffer = createRoute({
  method: 'get',
  path: '/v1/offer',
  summary: 'What this cloud offers; asked before any user data is sent',
  responses: { 200: { description: 'The offer', ...json(OfferSchema) }, ...refusals() },
});
