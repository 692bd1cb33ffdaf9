import { z } from '@hono/zod-openapi';
import type { JobProgress } from '../db/values.ts';
import { JobWishSchema } from '../wish/shapes.ts';

/** What the owner of jobs sends and gets, as zod schemas: validation, OpenAPI and the client's types in one. */

export const JobProgressSchema = z.object({
  stage: z.string().max(40),
  /** 0…1 of the whole job. */
  fraction: z.number().min(0).max(1),
  secondsLeft: z.number().min(0).nullable(),
}) satisfies z.ZodType<JobProgress>;

const jobFields = {
  id: z.uuid(),
  uploadId: z.uuid(),
  filename: z.string(),
  target: z.string(),
  attempt: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

/** A job as its owner sees it; impossible states cannot be expressed. */
export const JobSchema = z
  .discriminatedUnion('status', [
    z.object({
      ...jobFields,
      status: z.literal('queued'),
      /** When to try its file again, if it could not be reached; null: as soon as a worker is free. */
      retryAt: z.iso.datetime().nullable(),
    }),
    z.object({ ...jobFields, status: z.literal('running'), progress: JobProgressSchema.nullable() }),
    z.object({
      ...jobFields,
      status: z.literal('done'),
      seconds: z.int(),
      durationMatch: z.number().nullable(),
      finishedAt: z.iso.datetime(),
    }),
    z.object({
      ...jobFields,
      status: z.literal('failed'),
      error: z.object({ code: z.string(), detail: z.string().nullable() }),
      finishedAt: z.iso.datetime(),
    }),
    z.object({ ...jobFields, status: z.literal('cancelled'), finishedAt: z.iso.datetime() }),
  ])
  .openapi('Job');
export type Job = z.infer<typeof JobSchema>;

/** Lists leave out the options, which may hold whole subtitle files. */
export const WishedJobSchema = z.intersection(JobSchema, z.object({ wish: JobWishSchema }));

export const ResultSchema = z
  .object({
    url: z.url(),
    /** The file as it was uploaded, while it is kept. */
    original_url: z.url().nullable(),
    subtitles_url: z.url().nullable(),
    expires_at: z.iso.datetime(),
    bytes: z.int(),
    sha256: z.string(),
    content_type: z.string(),
    report: z.record(z.string(), z.unknown()),
  })
  .openapi('Result');
