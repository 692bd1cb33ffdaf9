import { raisedCosine } from './fade.ts';
import { amplitude } from './loudness.ts';
import type { FittedSpeech, Line, SpeechSpan } from '../media-types.ts';

/** The background is down when speech begins and comes back slowly, as a sound engineer would do it. */
const ATTACK = 0.08;
const RELEASE = 0.25;
/** It stays down during pauses shorter than this: pumping is worse than quiet. */
const BRIDGE = 0.6;

/**
 * Lowers a stretch of sound by `depthDb` during the spans, in place, with smooth ramps before and after them.
 * @param ranges of the spans, see {@link touched} @param from index of the stretch's first sample in the sound
 * @param depthDb negative
 */
export function duck(
  channels: readonly Float32Array[],
  from: number,
  ranges: readonly Range[],
  depthDb: number,
): void {
  const low = amplitude(depthDb);
  depthOver(ranges, from, from + (channels[0]?.length ?? 0), (i, depth) => {
    const gain = depth === 1 ? low : amplitude(depthDb * depth);
    for (const samples of channels) samples[i - from]! *= gain;
  });
}

/**
 * Calls `change` for each sample from `from` to `to` that the ranges touch, with the depth there: 1 within a span, 0…1
 * on a ramp.
 * @param from first sample @param to after the last one
 */
export function depthOver(
  ranges: readonly Range[],
  from: number,
  to: number,
  change: (index: number, depth: number) => void,
): void {
  for (const { start, down, up, end } of within(ranges, from, to)) {
    for (let i = Math.max(from, start); i < Math.min(to, down); i++) {
      change(i, raisedCosine((i - start) / (down - start)));
    }
    for (let i = Math.max(from, down); i < Math.min(to, up); i++) change(i, 1);
    for (let i = Math.max(from, up); i < Math.min(to, end); i++) {
      change(i, raisedCosine((end - i) / (end - up)));
    }
  }
}

/** The samples that a span and its ramps touch: fully lowered from `down` to `up`. */
export interface Range {
  readonly start: number;
  readonly down: number;
  readonly up: number;
  readonly end: number;
}

/** The ranges that overlap the samples from `from` to `to`. */
export function within<T extends Pick<Range, 'start' | 'end'>>(
  ranges: readonly T[],
  from: number,
  to: number,
): readonly T[] {
  return ranges.filter(({ start, end }) => start < to && end > from);
}

/** The ranges that the spans touch, in order. @param spans seconds, in any order */
export function touched(spans: readonly SpeechSpan[], sampleRate: number): readonly Range[] {
  const at = (time: number): number => Math.round(time * sampleRate);
  return union(spans, BRIDGE).map(({ start, end }) => ({
    start: at(start - ATTACK),
    down: at(start),
    up: at(end),
    end: at(end + RELEASE),
  }));
}

/** The source's speech that is replaced, and the dub that replaces it. */
export function replacedSpans(lines: readonly Line[], speech: readonly FittedSpeech[]): SpeechSpan[] {
  const spoken = new Map(speech.map((line) => [line.id, line]));
  return lines.flatMap(({ id, start, end }) => {
    const said = spoken.get(id);
    if (said === undefined || said.end === said.start) return [];
    return [
      { start, end },
      { start: said.start, end: said.end },
    ];
  });
}

/** The spans in order; those that overlap or are closer than `bridge` seconds are joined. */
export function union(spans: readonly SpeechSpan[], bridge = 0): SpeechSpan[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && start - last.end <= bridge) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}
