import { z } from '@hono/zod-openapi';
import { JobWishSchema } from '../wish/shapes.ts';

/** What page and server send each other about uploads. */

export const UploadRequestSchema = z
  .strictObject({
    filename: z.string().min(1).max(10_240),
    /** Bytes. */
    size: z.int().min(1),
    content_type: z.string().min(1).max(200),
    /** When given, the job starts automatically as soon as the file has arrived. */
    job: JobWishSchema.optional(),
    /** The job is checked now, but started by the page (POST /v1/jobs with `handover`). */
    handover: z.boolean().default(false),
  })
  .openapi('UploadRequest');
export type UploadRequest = z.output<typeof UploadRequestSchema>;

export const UploadTicketSchema = z
  .object({
    upload_id: z.uuid(),
    /** A tus 1.0 creation endpoint: POST there, then PATCH what its Location names. */
    upload_url: z.url(),
    object_key: z.string(),
    /** To be sent with every tus request. */
    headers: z.record(z.string(), z.string()),
    /** To be sent as Upload-Metadata. */
    metadata: z.record(z.string(), z.string()),
    expires_at: z.iso.datetime(),
  })
  .openapi('UploadTicket');
export type UploadTicket = z.infer<typeof UploadTicketSchema>;
