import type { InputOf } from '@octavia/server/client';
import { compact } from '@octavia/pipeline/compact';
import type { Choices } from '@octavia/pipeline/wish';
import type { DubOrder } from '$lib/host/protocol.ts';

/** What to make of an uploaded file. */
export type JobWish = InputOf<'POST /v1/jobs'>['json']['job'];

/** Why an order may not be carried out anywhere, said before its file leaves. */
export function forbidden({ voice, consent }: DubOrder): 'policy.consent_required' | undefined {
  return voice.kind === 'clone' && consent === undefined ? 'policy.consent_required' : undefined;
}

/** An order as the cloud takes it: without what only this device knows. */
export async function wishOf(order: DubOrder): Promise<JobWish> {
  const { source, target, pack, audioTrack, voice, background, keepOriginal } = order;
  const { consent, subtitles, glossary, doNotTranslate, edits } = order;
  return compact({
    source,
    target,
    pack,
    audioTrack,
    voice,
    consent,
    background,
    keepOriginal,
    subtitles: subtitles && (await written(subtitles)),
    glossary,
    doNotTranslate: doNotTranslate && [...doNotTranslate],
    edits,
  } satisfies Choices<JobWish>);
}

async function written({ name, bytes, language }: NonNullable<DubOrder['subtitles']>) {
  // What tells encodings weighs more than the rest of the page, and few need it.
  const { decodeText } = await import('@octavia/pipeline/subtitles/encoding');
  return compact({ name, text: decodeText(bytes, language).text, language });
}
