import { OctaviaError, throwIfAborted } from '../../errors.ts';
import { float32 } from '../../graph/tensors.ts';
import type { Sound, SpeechSpan } from '../../media-types.ts';
import type { Session } from '../../ports.ts';

/** The window of pyannote/segmentation-3.0, in samples at 16 kHz: 10 s. */
export const WINDOW = 160_000;
/** Every moment is in two windows, each with sound on both sides of it. */
export const STEP = WINDOW / 2;
export const SAMPLE_RATE = 16_000;
export const WINDOW_SECONDS = WINDOW / SAMPLE_RATE;
/** Windows per run of the graph. */
const BATCH = 4;

/**
 * The classes of segmentation-3.0: nobody, one of three speakers, or two of them at once (A. Plaquet, H. Bredin,
 * "Powerset multi-class cross entropy loss for neural speaker diarization", Interspeech 2023).
 */
const POWERSET: readonly (readonly number[])[] = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]];
export const LOCAL_SPEAKERS = 3;

/** Who speaks when within one window; its speakers have no identity outside it. */
export interface WindowActivity {
  /** Seconds from the start of the file. */
  readonly start: number;
  /** By local speaker: 1 in each frame in which they speak. */
  readonly active: readonly Uint8Array[];
  readonly frameSeconds: number;
}

/**
 * Listens in half-overlapping windows, where there is speech.
 * @param speech mono, 16 kHz
 * @param onProgress fraction 0…1
 */
export async function segment(
  session: Session,
  speech: Sound,
  spans: readonly SpeechSpan[],
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<WindowActivity[]> {
  const starts = windowStarts(speech.frames).filter((start) => {
    const [from, to] = [start / SAMPLE_RATE, (start + WINDOW) / SAMPLE_RATE];
    return spans.some((span) => span.start < to && span.end > from);
  });
  const found: WindowActivity[] = [];
  for (let done = 0; done < starts.length; done += BATCH) {
    throwIfAborted(signal);
    found.push(...(await hear(session, speech, starts.slice(done, done + BATCH))));
    onProgress(Math.min(1, (done + BATCH) / starts.length));
  }
  return found;
}

/** Starts in samples; the last window that is needed reaches past the end. */
function windowStarts(length: number): number[] {
  const count = Math.max(1, Math.ceil((length - WINDOW) / STEP) + 1);
  return Array.from({ length: count }, (_, i) => i * STEP);
}

async function hear(session: Session, speech: Sound, starts: readonly number[]): Promise<WindowActivity[]> {
  const data = new Float32Array(starts.length * WINDOW);
  for (const [row, start] of starts.entries()) {
    const [samples] = await speech.read(start, start + WINDOW);
    if (samples !== undefined) data.set(samples, row * WINDOW);
  }
  const [input = 'input_values'] = session.inputNames;
  const [output = 'logits'] = session.outputNames;
  const dims = [starts.length, 1, WINDOW];
  const answer = await session.run({ [input]: { type: 'float32', data, dims } }, [output]);
  const logits = float32(answer[output], output);
  const [rows, frames = 0, classes] = logits.dims;
  if (rows !== starts.length || classes !== POWERSET.length || frames === 0) {
    throw new OctaviaError('model.failed', 'The graph does not return what pyannote segmentation 3.0 does.');
  }
  return starts.map((start, row) => ({
    start: start / SAMPLE_RATE,
    frameSeconds: WINDOW_SECONDS / frames,
    active: speakersOf(logits.data.subarray(row * frames * classes, (row + 1) * frames * classes), frames),
  }));
}

/** The likeliest class of each frame, by speaker. */
function speakersOf(logits: Float32Array, frames: number): Uint8Array[] {
  const active = Array.from({ length: LOCAL_SPEAKERS }, () => new Uint8Array(frames));
  for (let frame = 0; frame < frames; frame++) {
    const scores = logits.subarray(frame * POWERSET.length, (frame + 1) * POWERSET.length);
    const best = scores.reduce((winner, score, i) => (score > (scores[winner] ?? -Infinity) ? i : winner), 0);
    for (const speaker of POWERSET[best] ?? []) active[speaker]![frame] = 1;
  }
  return active;
}
