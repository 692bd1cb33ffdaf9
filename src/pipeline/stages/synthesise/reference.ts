import type { Line, Sound, SpeakerTurn, SpeechSpan } from '../../media-types.ts';
import { listen } from '../../sound/sound.ts';

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
export async function referenceSpans(
  speaker: string,
  lines: readonly Line[],
  turns: readonly SpeakerTurn[],
  speech: Sound,
): Promise<readonly SpeechSpan[]> {
  const others = [...lines, ...turns].filter((other) => other.speaker !== speaker);
  const alone = lines
    .filter((line) => line.speaker === speaker)
    .flatMap((line) => without(line, others))
    .filter(({ start, end }) => end - start >= SHORTEST_PIECE)
    .map(({ start, end }) => ({ start, end: Math.min(end, start + MOST_REFERENCE) }));
  const pieces: { span: SpeechSpan; worth: number }[] = [];
  for (const span of alone) pieces.push({ span, worth: await worth(span, speech) });
  pieces.sort((a, b) => b.worth - a.worth);
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
async function worth({ start, end }: SpeechSpan, speech: Sound): Promise<number> {
  const inside = await levels(speech, start, end);
  const around = await levels(speech, Math.max(0, start - AROUND), end + AROUND);
  const clear =
    (inside[Math.floor(inside.length * 0.9)] ?? 0) - (around[Math.floor(around.length * 0.1)] ?? 0);
  return clear + LENGTH_WORTH * Math.log2(end - start);
}

/** Levels of 20 ms frames in dB, from the quietest to the loudest. */
async function levels(speech: Sound, start: number, end: number): Promise<Float64Array> {
  const { samples } = await listen(speech, start, end);
  const length = Math.round(FRAME * speech.sampleRate);
  return Float64Array.from({ length: Math.floor(samples.length / length) }, (_, frame) => {
    let energy = 0;
    for (let i = frame * length; i < (frame + 1) * length; i++) energy += samples[i]! ** 2;
    return 10 * Math.log10(energy / length + 1e-9);
  }).sort();
}
