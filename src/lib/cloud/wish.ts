import type { InputOf } from '@octavia/server/client';
import { compact } from '@octavia/pipeline/compact';
import type { Choices } from '@octavia/pipeline/wish';
import type { DubOrder } from '$lib/host/protocol.ts';

/** What to make of an uploaded file. */
export type JobWish = InputOf<'POST /v1/jobs'>['json']['job'];

/** Why an order cannot be carried out anywhere, checked before its file leaves. */
export function forbidden({ voice, consent }: DubOrder): 'policy.consent_required' | undefined {
  return voice.kind === 'clone' && consent === undefined ? 'policy.consent_required' : undefined;
}

/** An order for the cloud: without what concerns only this device. */
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
  // Detecting encodings takes more code than the rest of the page, and few need it.
  const { decodeText } = await import('@octavia/pipeline/subtitles/encoding');
  return compact({ name, text: decodeText(bytes, language).text, language });
}
