import { refineSpan } from '../../audio/onset.ts';
import type { ModelEntry } from '../../catalogue.ts';
import { OctaviaError, throwIfAborted } from '../../errors.ts';
import { openGraph } from '../../graph/open.ts';
import type { Sound, SpeechSpan } from '../../media-types.ts';
import { lengthOf } from '../../sound/sound.ts';
import type { Device, Host, Session, Tensor } from '../../ports.ts';

const SAMPLE_RATE = 16_000;
/** Silero v5 hears 32 ms at a time and the 4 ms before them. */
const FRAME = 512;
const CONTEXT = 64;
const FRAME_SECONDS = FRAME / SAMPLE_RATE;
const STATE_DIMS = [2, 1, 128] as const;
/** Defaults of get_speech_timestamps (snakers4/silero-vad, utils_vad.py). */
const ENTER = 0.5;
const LEAVE = ENTER - 0.15;
const SHORTEST_SPEECH = 0.25;
const SHORTEST_SILENCE = 0.1;
const PADDING = 0.03;
/** Read, report progress and check for an abort about every second of sound. */
const FRAMES_PER_READ = 32;

/**
 * Where speech is, in order and without overlap, each edge to about 5 ms: Silero says which part of the sound is
 * speech, and its level says where exactly that part begins and ends. Empty for silence and music.
 * @param speech16k mono, 16 kHz, from the start of the file
 * @param onProgress fraction 0…1
 */
export async function detectSpeech(
  host: Pick<Host, 'inference'>,
  model: ModelEntry,
  speech16k: Sound,
  signal: AbortSignal,
  onProgress: (fraction: number) => void = () => undefined,
): Promise<{ spans: SpeechSpan[]; device: Device }> {
  const session = await openGraph(host, model, signal);
  try {
    const probabilities = await speechProbabilities(session, speech16k, signal, onProgress);
    const spans = spansOf(probabilities, lengthOf(speech16k));
    return { spans: await refined(spans, speech16k), device: session.device };
  } finally {
    await session.close();
  }
}

/** One probability per frame of 512 samples; the last frame is padded with silence. */
async function speechProbabilities(
  session: Session,
  sound: Sound,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<Float32Array> {
  const probabilities = new Float32Array(Math.ceil(sound.frames / FRAME));
  const sr: Tensor = { type: 'int64', data: BigInt64Array.of(BigInt(SAMPLE_RATE)), dims: [] };
  const window = new Float32Array(CONTEXT + FRAME);
  let state: Tensor = { type: 'float32', data: new Float32Array(256), dims: STATE_DIMS };
  let samples: Float32Array = new Float32Array(0);
  for (let frame = 0; frame < probabilities.length; frame++) {
    const within = frame % FRAMES_PER_READ;
    if (within === 0) {
      throwIfAborted(signal);
      onProgress(frame / probabilities.length);
      [samples = samples] = await sound.read(frame * FRAME, (frame + FRAMES_PER_READ) * FRAME);
    }
    window.copyWithin(0, FRAME);
    window.fill(0, CONTEXT);
    window.set(samples.subarray(within * FRAME, (within + 1) * FRAME), CONTEXT);
    const input: Tensor = { type: 'float32', data: window, dims: [1, window.length] };
    const { output, stateN } = await session.run({ input, state, sr });
    if (output?.type !== 'float32' || stateN === undefined) {
      throw new OctaviaError('model.failed', 'The voice activity graph does not return what Silero v5 does.');
    }
    probabilities[frame] = output.data[0]!;
    state = stateN;
  }
  onProgress(1);
  return probabilities;
}

/** Hysteresis over the probabilities; times in seconds, padded, within the sound. */
function spansOf(probabilities: Float32Array, seconds: number): SpeechSpan[] {
  const spans: { start: number; end: number }[] = [];
  let start: number | undefined;
  let silentSince: number | undefined;
  const finish = (end: number): void => {
    if (start !== undefined && end - start >= SHORTEST_SPEECH) spans.push({ start, end });
    start = silentSince = undefined;
  };
  for (const [frame, probability] of probabilities.entries()) {
    const at = frame * FRAME_SECONDS;
    if (probability >= ENTER) {
      start ??= at;
      silentSince = undefined;
    } else if (start !== undefined && probability < LEAVE) {
      silentSince ??= at;
      if (at + FRAME_SECONDS - silentSince >= SHORTEST_SILENCE) finish(silentSince);
    }
  }
  finish(silentSince ?? seconds);
  return spans.map((span) => ({
    start: Math.max(0, span.start - PADDING),
    end: Math.min(seconds, span.end + PADDING),
  }));
}

/** Edges moved to where the sound itself begins and ends; neighbours that meet share the middle. */
async function refined(spans: readonly SpeechSpan[], sound: Sound): Promise<SpeechSpan[]> {
  const edges: { start: number; end: number }[] = [];
  for (const span of spans) edges.push({ ...(await refineSpan(sound, span)) });
  for (const [index, span] of edges.entries()) {
    const next = edges[index + 1];
    if (next === undefined || span.end <= next.start) continue;
    span.end = next.start = (span.end + next.start) / 2;
  }
  return edges.filter((span) => span.end > span.start);
}
