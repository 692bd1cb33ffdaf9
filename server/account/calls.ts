import { createRoute, z } from '@hono/zod-openapi';
import { bearerAuth, json, refusals } from '../routing/openapi.ts';
import { WishedJobSchema } from '../jobs/shapes.ts';

/** What users can do with all of their data. */

const ExportSchema = z
  .object({
    user_id: z.string(),
    uploads: z.array(
      z.object({
        id: z.uuid(),
        filename: z.string(),
        content_type: z.string(),
        bytes: z.int(),
        state: z.enum(['pending', 'arrived', 'failed', 'expired']),
        created_at: z.iso.datetime(),
        /** The file as it was uploaded, while it is kept. */
        url: z.url().nullable(),
      }),
    ),
    jobs: z.array(
      z.object({
        job: WishedJobSchema,
        report: z.record(z.string(), z.unknown()).nullable(),
        video_url: z.url().nullable(),
        subtitles_url: z.url().nullable(),
      }),
    ),
    /** Finished seconds, as they are billed. */
    usage: z.array(z.object({ job_id: z.uuid(), seconds: z.int(), at: z.iso.datetime() })),
  })
  .openapi('Export');
export type Export = z.infer<typeof ExportSchema>;

export const exportAccount = createRoute({
  method: 'get',
  path: '/v1/account',
  summary: 'Everything the server keeps about the user, with links to the files',
  security: bearerAuth,
  responses: { 200: { description: 'All of it', ...json(ExportSchema) }, ...refusals(401, 429) },
});

export const removeAccount = createRoute({
  method: 'delete',
  path: '/v1/account',
  summary: 'Stop and remove everything the user has here: uploads, jobs, files, keys',
  description: 'The billing record stays: seconds and times, without content.',
  security: bearerAuth,
  responses: { 204: { description: 'Only the billing record is left' }, ...refusals(401, 429, 503) },
});
