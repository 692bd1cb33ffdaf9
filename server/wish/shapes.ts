import { z } from '@hono/zod-openapi';
import { OctaviaError } from '@octavia/pipeline/errors';
import { BACKGROUNDS, DEFAULTS, PACK_CHOICES, type DubWish } from '@octavia/pipeline/wish';

const language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a BCP-47 tag')
  .openapi({ example: 'es' });

/** The longest subtitles, and the same again for everything else. */
const WISH_CHARACTERS = 4_000_000;

function few<Value extends object>(most: number, record: z.ZodType<Value>): z.ZodType<Value> {
  return record.refine((value) => Object.keys(value).length <= most, `${most} entries at most`);
}

/**
 * A DubWish as JSON: subtitles come as text. The worker adds file and device.
 * Errors: `policy.consent_required` for cloned voices without consent, before anything is uploaded.
 */
export const JobWishSchema = z
  .strictObject({
    source: language.or(z.literal('auto')).default(DEFAULTS.source),
    target: language,
    pack: z.enum(PACK_CHOICES).default(DEFAULTS.pack),
    audioTrack: z.int().min(0).max(63).optional(),
    voice: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('match') }),
        z.strictObject({ kind: z.literal('preset'), id: z.string().min(1).max(200) }),
        z.strictObject({ kind: z.literal('clone') }),
      ])
      .default(DEFAULTS.voice),
    consent: z
      .strictObject({ clonedVoices: z.literal(true), at: z.iso.datetime() })
      .optional()
      .openapi({ description: 'Needed to clone voices: the user has confirmed that every speaker agrees.' }),
    background: z.enum(BACKGROUNDS).default(DEFAULTS.background),
    keepOriginal: z.boolean().default(DEFAULTS.keepOriginal),
    subtitles: z
      .strictObject({
        name: z.string().min(1).max(200),
        text: z.string().min(1).max(2_000_000),
        language: language.optional(),
      })
      .optional(),
    glossary: few(1_000, z.record(z.string().max(200), z.string().max(200))).optional(),
    doNotTranslate: z.array(z.string().max(200)).max(1_000).optional(),
    edits: few(10_000, z.record(z.string().max(100), z.string().max(2_000))).optional(),
  } satisfies Record<keyof DubWish, z.ZodType>)
  .refine((wish) => JSON.stringify(wish).length <= WISH_CHARACTERS, 'too long in total')
  .superRefine(({ voice, consent }) => {
    // Thrown, since a validation issue would lose its code on the way to the caller.
    if (voice.kind === 'clone' && consent === undefined) throw new OctaviaError('policy.consent_required');
  })
  .openapi('JobWish');
export type JobWish = z.infer<typeof JobWishSchema>;
