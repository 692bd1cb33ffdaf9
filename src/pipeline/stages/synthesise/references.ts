import type { Separator } from '../../families/separator.ts';
import type { Pcm, Sound, SpeechSpan } from '../../media-types.ts';
import { Opened } from '../../opened.ts';
import type { CloneModels } from '../../prepare.ts';
import type { DubRun } from '../../run.ts';
import { listen } from '../../sound/sound.ts';
import { decodeTrack } from '../demux/decode-track.ts';
import type { Heard } from '../diarise/index.ts';
import { openSeparator } from '../separate/open.ts';
import { voiceOf } from '../separate/find-voice.ts';
import { referenceSpans } from './reference.ts';

/** Rate of a reference in Hz: what cloning models listen at (Chatterbox: 24 kHz). */
const REFERENCE_RATE = 24_000;
/** Silence between two pieces of a reference, in seconds. */
const BETWEEN_PIECES = 0.2;

/** Where a speaker is heard alone. */
export interface Reference {
  readonly sound: Pcm;
  /** What they say there; empty when that is not known. */
  readonly text: string;
}

/** By speaker, some seconds of them alone, without background where a model can remove it. */
export async function referencesOf(
  run: DubRun,
  heard: Heard,
  { separate }: CloneModels,
): Promise<ReadonlyMap<string, Reference>> {
  const { sound, transcript, turns } = heard;
  const { lines } = transcript;
  const want = { sampleRate: REFERENCE_RATE, channels: 1 };
  const { sound: source } = await decodeTrack(run, sound, want);
  await using opened = new Opened();
  const separator = separate && opened.keep(await openSeparator(run.host, separate, run.signal));
  const references = new Map<string, Reference>();
  for (const speaker of new Set(lines.map((line) => line.speaker))) {
    const spans = await referenceSpans(speaker, lines, turns, sound.speech);
    if (spans.length === 0) continue;
    const heardAlone = await pieced(run, source, spans, separator);
    references.set(speaker, { sound: heardAlone, text: textIn(spans, speaker, heard) });
  }
  return references;
}

/** Subtitles in the target language are not what is said. */
function textIn(spans: readonly SpeechSpan[], speaker: string, { transcript, brought }: Heard): string {
  if (brought === 'target') return '';
  return transcript.lines
    .filter((line) => line.speaker === speaker)
    .filter((line) => spans.some(({ start, end }) => line.start < end && line.end > start))
    .map(({ text }) => text)
    .join(' ');
}

async function pieced(
  { host, signal }: DubRun,
  source: Sound,
  spans: readonly SpeechSpan[],
  separator: Separator | undefined,
): Promise<Pcm> {
  const { sampleRate } = source;
  const pieces: Float32Array[] = [];
  for (const { start, end } of spans) {
    const { samples } = await listen(source, start, end);
    pieces.push(separator ? await voiceOf(host, separator, samples, sampleRate, signal) : samples);
  }
  const pause = Math.round(BETWEEN_PIECES * sampleRate);
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length + pause, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length + pause;
  }
  return { sampleRate, channels: [whole] };
}
