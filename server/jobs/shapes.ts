import { z } from '@hono/zod-openapi';
import { OctaviaError } from '@octavia/pipeline/errors';

/** What crosses the wire, as zod schemas: validation, OpenAPI and the types of client and worker in one. */

const language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a BCP-47 tag')
  .openapi({ example: 'es' });

/**
 * The choices of src/pipeline/job.ts DubRequest that a user makes; the worker adds file and device.
 * Errors: `policy.consent_required` for cloned voices without consent, before anything is uploaded.
 */
export const JobWishSchema = z
  .strictObject({
    source: language.or(z.literal('auto')).default('auto'),
    target: language,
    pack: z.enum(['auto', 'starter', 'basic', 'standard', 'clone', 'studio']).default('auto'),
    audioTrack: z.int().min(0).max(63).optional(),
    voice: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('match') }),
        z.strictObject({ kind: z.literal('preset'), id: z.string().min(1).max(200) }),
        z.strictObject({ kind: z.literal('clone') }),
      ])
      .default({ kind: 'match' }),
    consent: z
      .strictObject({ clonedVoices: z.literal(true), at: z.iso.datetime() })
      .optional()
      .openapi({ description: 'Needed to clone voices: the user has said that every speaker agrees.' }),
    background: z.enum(['keep', 'duck', 'none']).default('duck'),
    keepOriginal: z.boolean().default(true),
    subtitles: z
      .strictObject({
        name: z.string().min(1).max(200),
        text: z.string().min(1).max(2_000_000),
        language: language.optional(),
      })
      .optional(),
    glossary: z.record(z.string().max(200), z.string().max(200)).optional(),
    doNotTranslate: z.array(z.string().max(200)).max(1_000).optional(),
    edits: z.record(z.string().max(100), z.string().max(2_000)).optional(),
  })
  .superRefine(({ voice, consent }) => {
    // Thrown, since an issue would lose its code on the way to the caller.
    if (voice.kind === 'clone' && consent === undefined) throw new OctaviaError('policy.consent_required');
  })
  .openapi('JobWish');
export type JobWish = z.infer<typeof JobWishSchema>;

export const JobProgressSchema = z.object({
  stage: z.string().max(40),
  /** 0…1 of the whole job. */
  fraction: z.number().min(0).max(1),
  secondsLeft: z.number().min(0).nullable(),
});
export type JobProgress = z.infer<typeof JobProgressSchema>;

/** A stored output file. */
export interface Output {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  /** Hex, of the bytes that the server received. */
  readonly sha256: string;
  readonly contentType: string;
}

export interface JobResult {
  readonly video: Output;
  readonly subtitles: Output | null;
}

const jobFields = {
  id: z.uuid(),
  uploadId: z.uuid(),
  filename: z.string(),
  target: z.string(),
  attempt: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

/** A job as its owner sees it: an impossible state cannot be written down. */
export const JobSchema = z
  .discriminatedUnion('status', [
    z.object({
      ...jobFields,
      status: z.literal('queued'),
      /** When its file is asked for again, which could not be had; null: as soon as a worker is free. */
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

/** Lists leave the wishes out: they may hold whole subtitles. */
export const WishedJobSchema = z.intersection(JobSchema, z.object({ wish: JobWishSchema }));

export const UploadRequestSchema = z
  .strictObject({
    filename: z.string().min(1).max(10_240),
    /** Bytes. */
    size: z.int().min(1),
    content_type: z.string().min(1).max(200),
    /** When given, the job starts by itself as soon as the file is there. */
    job: JobWishSchema.optional(),
    /** The job is looked at now, but begun by the page (POST /v1/jobs with `handover`). */
    handover: z.boolean().default(false),
  })
  .openapi('UploadRequest');
export type UploadRequest = z.input<typeof UploadRequestSchema>;

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

/** What a worker receives with a claim. */
export const ClaimSchema = z
  .object({
    jobId: z.uuid(),
    /** The fencing token: to be named in every further call. */
    attempt: z.int(),
    /** Seconds until the job goes to another worker unless a heartbeat renews it. */
    leaseSeconds: z.number(),
    wish: JobWishSchema,
    input: z.object({ url: z.url(), filename: z.string(), bytes: z.int(), contentType: z.string() }),
  })
  .openapi('Claim');
export type Claim = z.infer<typeof ClaimSchema>;

/** `line`, `detected`, `warning`, `stage`: the pipeline's DubEvent as it is. */
const WorkerEventSchema = z.looseObject({
  type: z.enum(['stage', 'progress', 'detected', 'line', 'warning']),
});

export const HeartbeatSchema = z
  .object({ progress: JobProgressSchema.optional(), events: z.array(WorkerEventSchema).max(500).default([]) })
  .openapi('Heartbeat');
export type Heartbeat = z.input<typeof HeartbeatSchema>;

export const CompleteSchema = z
  .object({
    video: z.object({ name: z.string().min(1).max(200), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    subtitles: z
      .object({ name: z.string().min(1).max(200), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
      .optional(),
    /** Finished video in seconds; billed in whole seconds. */
    seconds: z.number().min(0).max(1_000_000),
    /** The quality receipt, octavia.report/1. */
    report: z.record(z.string(), z.unknown()),
  })
  .openapi('Complete');
export type Complete = z.infer<typeof CompleteSchema>;

export const ReleaseSchema = z
  .object({
    /** The worker has to end, or cannot reach the storage where the file lies: then the job waits for a while. */
    reason: z.enum(['stopping', 'source_unreachable']).default('stopping'),
  })
  .openapi('Release');
export type Release = z.infer<typeof ReleaseSchema>;

export const FailSchema = z
  .object({
    code: z.string().min(1).max(80),
    detail: z.string().max(2_000).optional(),
    /** True: the fault lies in the input or the wish, so trying again cannot help. */
    final: z.boolean(),
  })
  .openapi('Fail');
export type Fail = z.infer<typeof FailSchema>;

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

export const ErrorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string(), detail: z.string().optional() }) })
  .openapi('Error');
