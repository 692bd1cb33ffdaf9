import { z } from '@hono/zod-openapi';
import { JobWishSchema } from '../wish/shapes.ts';
import { JobProgressSchema } from './shapes.ts';

/** What workers and the API send each other. */

/** What a worker receives with a claim. */
export const ClaimSchema = z
  .object({
    jobId: z.uuid(),
    /** Fences the job: once the job has another number, this claim no longer counts. */
    attempt: z.int(),
    /** To be sent with every further call about the job. */
    token: z.string(),
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
    /** The worker has to stop, or cannot reach the file's storage; in the second case the job waits for a while. */
    reason: z.enum(['stopping', 'source_unreachable']).default('stopping'),
  })
  .openapi('Release');
export type Release = z.infer<typeof ReleaseSchema>;

export const FailSchema = z
  .object({
    code: z.string().min(1).max(80),
    detail: z.string().max(2_000).optional(),
    /** True: the fault lies in the input or the options, so another attempt cannot help. */
    final: z.boolean(),
  })
  .openapi('Fail');
export type Fail = z.infer<typeof FailSchema>;
