import type { Line, SpeakerTurn, SpeechSpan } from '../../media-types.ts';

/** Shorter pieces start and end in the middle of a word too often, in seconds. */
const SHORTEST_PIECE = 1;
/** The least a cloning model needs, and the most that still helps, in seconds (ports.ts: 3 to 30). */
export const LEAST_REFERENCE = 3;
const MOST_REFERENCE = 15;
/** How many decibels noisier a piece of twice the length may be. */
const LENGTH_WORTH = 6;
const FRAME = 0.02;
/** How far around a piece to listen for the background alone, in seconds. */
const AROUND = 0.5;

/**
 * Where a speaker is heard best: long, alone, and clear of the background. In order of time, together between
 * LEAST_REFERENCE and about MOST_REFERENCE seconds; empty when they never say that much alone.
 * @param turns who speaks when, where more is known than the lines
 * @param speech mono
 */
export function referenceSpans(
  speaker: string,
  lines: readonly Line[],
  turns: readonly SpeakerTurn[],
  speech: Float32Array,
  sampleRate: number,
): readonly SpeechSpan[] {
  const others = [...lines, ...turns].filter((other) => other.speaker !== speaker);
  const pieces = lines
    .filter((line) => line.speaker === speaker)
    .flatMap((line) => without(line, others))
    .filter(({ start, end }) => end - start >= SHORTEST_PIECE)
    .map(({ start, end }) => ({ start, end: Math.min(end, start + MOST_REFERENCE) }))
    .map((span) => ({ span, worth: worth(span, speech, sampleRate) }))
    .sort((a, b) => b.worth - a.worth);
  const chosen: SpeechSpan[] = [];
  let seconds = 0;
  for (const { span } of pieces) {
    if (seconds + (span.end - span.start) > MOST_REFERENCE) continue;
    chosen.push(span);
    seconds += span.end - span.start;
  }
  return seconds < LEAST_REFERENCE ? [] : chosen.sort((a, b) => a.start - b.start);
}

/** What is left of a span without the others' spans. */
function without(span: SpeechSpan, others: readonly SpeechSpan[]): SpeechSpan[] {
  return others.reduce<SpeechSpan[]>(
    (left, other) =>
      left.flatMap(({ start, end }) => {
        if (other.end <= start || other.start >= end) return [{ start, end }];
        return [
          { start, end: other.start },
          { start: other.end, end },
        ].filter((piece) => piece.end > piece.start);
      }),
    [{ start: span.start, end: span.end }],
  );
}

/** Decibels of speech over background, and more for length. */
function worth({ start, end }: SpeechSpan, speech: Float32Array, sampleRate: number): number {
  const inside = levels(speech, sampleRate, start, end);
  const around = levels(speech, sampleRate, Math.max(0, start - AROUND), end + AROUND);
  const clear =
    (inside[Math.floor(inside.length * 0.9)] ?? 0) - (around[Math.floor(around.length * 0.1)] ?? 0);
  return clear + LENGTH_WORTH * Math.log2(end - start);
}

/** Levels of 20 ms frames in dB, from the quietest to the loudest. */
function levels(speech: Float32Array, sampleRate: number, start: number, end: number): Float64Array {
  const length = Math.round(FRAME * sampleRate);
  const from = Math.round(start * sampleRate);
  const count = Math.max(0, Math.floor((Math.min(speech.length, end * sampleRate) - from) / length));
  return Float64Array.from({ length: count }, (_, frame) => {
    let energy = 0;
    for (let i = from + frame * length; i < from + (frame + 1) * length; i++) energy += speech[i]! ** 2;
    return 10 * Math.log10(energy / length + 1e-9);
  }).sort();
}
