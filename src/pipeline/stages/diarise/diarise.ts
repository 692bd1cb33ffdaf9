import { FBANK_BINS, FBANK_STEP, fbank } from '../../audio/fbank.ts';
import type { ModelEntry } from '../../catalogue.ts';
import { clusterVoices } from './cluster.ts';
import { turnsOf, type LabelledWindow } from './turns.ts';
import { SAMPLE_RATE, segment, WINDOW, type WindowActivity } from './windows.ts';
import { throwIfAborted } from '../../errors.ts';
import { openGraph } from '../../graph/open.ts';
import { float32 } from '../../graph/tensors.ts';
import type { Sound, SpeakerTurn, SpeechSpan } from '../../media-types.ts';
import type { Device, Host, Session } from '../../ports.ts';
import { lengthOf, listen } from '../../sound/sound.ts';
import type { Task } from '../../task.ts';

/** Less solo speech than this does not tell a speaker's voice, in seconds. */
const LEAST_SPEECH = 0.5;
/** Share of the stage's work that is segmentation; embedding is the rest. */
const SEGMENTING = 0.5;

export interface DiariseModels {
  /** Stage 'diarise': who speaks when within ten seconds. */
  readonly segment: ModelEntry;
  /** Stage 'embed': what a voice is like. */
  readonly embed: ModelEntry;
}

/**
 * Who speaks when, with the same name for the same voice throughout; one to nine speakers, who may talk at once. After
 * H. Bredin, "pyannote.audio 2.1 speaker diarization pipeline", Interspeech 2023: local segmentation, an embedding per
 * window and speaker, clustering, a vote.
 * @param speech mono, 16 kHz
 * @param spans where there is speech, in seconds
 * @throws OctaviaError `model.*`, `job.cancelled`
 */
export async function diarise(
  task: Task<Pick<Host, 'inference' | 'clock'>>,
  models: DiariseModels,
  speech: Sound,
  spans: readonly SpeechSpan[],
): Promise<{ turns: SpeakerTurn[]; device: Device }> {
  const { host, signal, onProgress } = task;
  const [segmenting, embedding] = [
    { ...task, onProgress: (part: number) => onProgress?.(SEGMENTING * part) },
    { ...task, onProgress: (part: number) => onProgress?.(SEGMENTING + (1 - SEGMENTING) * part) },
  ];
  const { windows, device } = await heardIn(segmenting, models.segment, speech, spans);
  const voices = await voicesIn(embedding, models.embed, windows, speech);
  const found = voices.flat().filter((voice) => voice !== undefined);
  const clusters = await clusterVoices(found, () => host.clock.breathe());
  throwIfAborted(signal);
  const labelOf = new Map(found.map((voice, index) => [voice, clusters[index]]));
  const labelled = windows.map((window, index): LabelledWindow => ({
    ...window,
    labels: voices[index]?.map((voice) => voice && labelOf.get(voice)) ?? [],
  }));
  return { turns: turnsOf(labelled, lengthOf(speech)), device };
}

async function heardIn(
  { host, signal, onProgress = () => undefined }: Task<Pick<Host, 'inference'>>,
  model: ModelEntry,
  speech: Sound,
  spans: readonly SpeechSpan[],
): Promise<{ windows: WindowActivity[]; device: Device }> {
  const session = await openGraph(host, model, signal);
  try {
    const windows = await segment(session, speech, spans, signal, onProgress);
    return { windows, device: session.device };
  } finally {
    await session.close();
  }
}

/** By window and local speaker, the voice's embedding; undefined for speakers who say too little. */
async function voicesIn(
  { host, signal, onProgress }: Task<Pick<Host, 'inference' | 'clock'>>,
  model: ModelEntry,
  windows: readonly WindowActivity[],
  speech: Sound,
): Promise<(Float32Array | undefined)[][]> {
  const session = await openGraph(host, model, signal);
  try {
    const voices: (Float32Array | undefined)[][] = [];
    for (const [index, window] of windows.entries()) {
      throwIfAborted(signal);
      const { samples } = await listen(speech, window.start, window.start + WINDOW / SAMPLE_RATE);
      const rows = fbank(samples);
      const ofWindow: (Float32Array | undefined)[] = [];
      for (const speaker of window.active.keys()) {
        const frames = framesOf(window, speaker, rows.length / FBANK_BINS);
        const isEnough = frames.length * FBANK_STEP >= LEAST_SPEECH;
        ofWindow.push(isEnough ? await embed(session, rows, frames) : undefined);
      }
      voices.push(ofWindow);
      onProgress?.((index + 1) / windows.length);
      await host.clock.breathe();
    }
    return voices;
  } finally {
    await session.close();
  }
}

/** The filter-bank frames in which a speaker talks alone; if those are too few, all in which they talk. */
function framesOf({ active, frameSeconds }: WindowActivity, speaker: number, count: number): number[] {
  const talking = (frame: number, who: number): boolean =>
    active[who]?.[Math.floor((frame * FBANK_STEP) / frameSeconds)] === 1;
  const all = Array.from({ length: count }, (_, frame) => frame).filter((frame) => talking(frame, speaker));
  const alone = all.filter((frame) => active.every((_, who) => who === speaker || !talking(frame, who)));
  return alone.length * FBANK_STEP >= LEAST_SPEECH ? alone : all;
}

/** `[1, frames, 80]`, minus the mean over the frames (which removes the microphone's colour), to a vector. */
async function embed(session: Session, rows: Float32Array, frames: readonly number[]): Promise<Float32Array> {
  const data = new Float32Array(frames.length * FBANK_BINS);
  frames.forEach((frame, index) => {
    data.set(rows.subarray(frame * FBANK_BINS, (frame + 1) * FBANK_BINS), index * FBANK_BINS);
  });
  for (let bin = 0; bin < FBANK_BINS; bin++) {
    let sum = 0;
    for (let at = bin; at < data.length; at += FBANK_BINS) sum += data[at]!;
    const mean = sum / frames.length;
    for (let at = bin; at < data.length; at += FBANK_BINS) data[at]! -= mean;
  }
  const [input = 'input_features'] = session.inputNames;
  const [output = 'last_hidden_state'] = session.outputNames;
  const dims = [1, frames.length, FBANK_BINS];
  const answer = await session.run({ [input]: { type: 'float32', data, dims } }, [output]);
  return float32(answer[output], output).data;
}
