import { createRoute, z } from '@hono/zod-openapi';
import { json, refusals } from '../routing/openapi.ts';

const OfferSchema = z
  .object({
    /** How a session is had: from this server itself, or from Clerk. */
    sign_in: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('local') }),
      z.object({ kind: z.literal('clerk'), publishable_key: z.string().nullable() }),
    ]),
    /** The host that the bytes of a file go to. */
    upload_host: z.string(),
    /** Bytes of one file. */
    upload_bytes: z.int(),
    /** Unfinished uploads that one user may have at a time. */
    uploads: z.int(),
    /** Seconds until an upload that was not finished is deleted. */
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
  summary: 'What this cloud offers; asked before anything of the user is sent',
  responses: { 200: { description: 'The offer', ...json(OfferSchema) }, ...refusals() },
});
