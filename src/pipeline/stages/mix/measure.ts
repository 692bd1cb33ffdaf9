import { speechBounds } from '../../audio/onset.ts';
import type { FittedSpeech, Line, Sound, SpeechSpan } from '../../media-types.ts';
import type { SegmentReport } from '../../report.ts';
import { soundOf } from '../../sound/sound.ts';
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
export async function measureLines(
  lines: readonly Line[],
  speech: readonly FittedSpeech[],
  dub: Sound,
  fileSeconds: number,
): Promise<ReadonlyMap<string, LineMeasure>> {
  const slots = slotsOf(lines, fileSeconds);
  const spoken = new Map(speech.map((line) => [line.id, line]));
  const audible = speech.filter(({ start, end }) => end > start);
  const measured = new Map<string, LineMeasure>();
  for (const line of lines) {
    const said = spoken.get(line.id);
    const heard = said && (await heardOf(said, audible, dub));
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

async function heardOf(
  line: FittedSpeech,
  audible: readonly FittedSpeech[],
  dub: Sound,
): Promise<SpeechSpan | undefined> {
  if (line.end === line.start) return undefined;
  let from = line.start - MARGIN;
  let to = line.end + MARGIN;
  for (const other of audible) {
    if (other.id === line.id) continue;
    if (other.end <= line.start) from = Math.max(from, other.end);
    else if (other.start >= line.end) to = Math.min(to, other.start);
    else return boundsIn(soundOf(await line.load()), 0, Infinity, line.start);
  }
  return boundsIn(dub, from, to, 0);
}

/** Speech between two moments of a track that begins at `offset` seconds. */
async function boundsIn(
  track: Sound,
  from: number,
  to: number,
  offset: number,
): Promise<SpeechSpan | undefined> {
  const { sampleRate, frames } = track;
  const first = Math.max(0, Math.ceil(from * sampleRate));
  const last = Math.min(frames, Math.floor(to * sampleRate));
  const [samples = new Float32Array(0)] = await track.read(first, Math.max(first, last));
  const bounds = speechBounds(samples, sampleRate);
  const base = offset + first / sampleRate;
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
