import { speechBounds } from '../../audio/onset.ts';
import type { FittedSpeech, Line, Pcm, SpeechSpan } from '../../media-types.ts';
import type { SegmentReport } from '../../report.ts';
import { union } from '../../audio/duck.ts';
import { slotsOf } from '../fit/slots.ts';

/** What can be heard of one line in the finished dub. */
export type LineMeasure = Pick<SegmentReport, 'id' | 'dubStart' | 'dubEnd' | 'onsetErrorMs' | 'overrunMs'>;

/** How far around a line we look for its speech, in seconds. */
const MARGIN = 0.5;

/**
 * Measures the dub track itself where each line is, not what was intended. Where two speakers talk at once the track
 * cannot tell them apart, so the line's own sound is measured at its place.
 * @param dub the dub alone, mono, as long as the file
 */
export function measureLines(
  lines: readonly Line[],
  speech: readonly FittedSpeech[],
  dub: Pcm,
  fileSeconds: number,
): ReadonlyMap<string, LineMeasure> {
  const slots = slotsOf(lines, fileSeconds);
  const extents = new Map(speech.map((line) => [line.id, extentOf(line)]));
  const spoken = new Map(speech.map((line) => [line.id, line]));
  const measured = new Map<string, LineMeasure>();
  for (const line of lines) {
    const said = spoken.get(line.id);
    const heard = said && listen(said, extents, dub);
    const limit = slots.get(line.id)?.limit ?? fileSeconds;
    measured.set(line.id, {
      id: line.id,
      dubStart: heard?.start ?? line.start,
      dubEnd: heard?.end ?? line.start,
      onsetErrorMs: heard === undefined ? 0 : 1000 * (heard.start - line.start),
      overrunMs: heard === undefined ? 0 : Math.max(0, 1000 * (heard.end - limit)),
    });
  }
  return measured;
}

function extentOf(line: FittedSpeech): SpeechSpan {
  const length = (line.pcm.channels[0]?.length ?? 0) / line.pcm.sampleRate;
  return { start: line.start, end: line.start + length };
}

function listen(
  line: FittedSpeech,
  extents: ReadonlyMap<string, SpeechSpan>,
  dub: Pcm,
): SpeechSpan | undefined {
  const own = extentOf(line);
  if (own.end === own.start) return undefined;
  let from = own.start - MARGIN;
  let to = own.end + MARGIN;
  for (const [id, other] of extents) {
    if (id === line.id || other.end === other.start) continue;
    if (other.end <= own.start) from = Math.max(from, other.end);
    else if (other.start >= own.end) to = Math.min(to, other.start);
    else return boundsIn(line.pcm, 0, Infinity, line.start);
  }
  return boundsIn(dub, from, to, 0);
}

/** Speech between two moments of a track that begins at `offset` seconds. */
function boundsIn(track: Pcm, from: number, to: number, offset: number): SpeechSpan | undefined {
  const samples = track.channels[0] ?? new Float32Array(0);
  const first = Math.max(0, Math.ceil(from * track.sampleRate));
  const last = Math.min(samples.length, Math.floor(to * track.sampleRate));
  const bounds = speechBounds(samples.subarray(first, Math.max(first, last)), track.sampleRate);
  const base = offset + first / track.sampleRate;
  return bounds && { start: base + bounds.start, end: base + bounds.end };
}

/** Share of the source's speech during which the dub speaks too, 0…1; 1 when the source has none. */
export function speechCoverage(source: readonly SpeechSpan[], dub: readonly SpeechSpan[]): number {
  const spoken = union(source);
  const covering = union(dub);
  const total = spoken.reduce((sum, { start, end }) => sum + end - start, 0);
  if (total <= 0) return 1;
  let covered = 0;
  for (const { start, end } of spoken) {
    for (const span of covering)
      covered += Math.max(0, Math.min(end, span.end) - Math.max(start, span.start));
  }
  return covered / total;
}

/** 1 − |output − input| / input, in seconds of file length. */
export function durationMatch(inputSeconds: number, outputSeconds: number): number {
  return inputSeconds > 0 ? 1 - Math.abs(outputSeconds - inputSeconds) / inputSeconds : 0;
}
