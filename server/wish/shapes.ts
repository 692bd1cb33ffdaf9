import { z } from '@hono/zod-openapi';
import { OctaviaError } from '@octavia/pipeline/errors';

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
