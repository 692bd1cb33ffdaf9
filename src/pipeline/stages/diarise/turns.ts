import type { SpeakerTurn } from '../../media-types.ts';
import { WINDOW_SECONDS, type WindowActivity } from './windows.ts';

/** Step of the common timeline, in seconds: about a frame of the segmentation model (17 ms). */
const GRID = 0.02;
/** Pauses up to this do not interrupt a turn, and a turn is at least this long, in seconds. */
const BRIDGE = 0.3;
const SHORTEST = 0.1;

/** One window with the file-wide number of each of its speakers; undefined where a voice is unknown. */
export interface LabelledWindow extends WindowActivity {
  readonly labels: readonly (number | undefined)[];
}

/**
 * Who speaks when in the file: at each moment the windows that contain it vote, with more weight near their middle; as
 * many speak at once as they found on average. In order of start; turns of different speakers may overlap. Speakers are
 * named `speaker-1`, `speaker-2` … by first appearance.
 */
export function turnsOf(windows: readonly LabelledWindow[], fileSeconds: number): SpeakerTurn[] {
  const steps = Math.ceil(fileSeconds / GRID);
  const voices = [...new Set(windows.flatMap(({ labels }) => labels.filter((label) => label !== undefined)))];
  const score = new Map(voices.map((voice) => [voice, new Float32Array(steps)]));
  const speaking = new Float32Array(steps);
  const heard = new Float32Array(steps);
  for (const window of windows) vote(window, score, speaking, heard);

  const spoken = new Map<number, SpeakerTurn[]>();
  for (let step = 0; step < steps; step++) {
    const count = Math.round(speaking[step]! / Math.max(heard[step]!, Number.MIN_VALUE));
    const loudest = voices
      .filter((voice) => (score.get(voice)?.[step] ?? 0) > 0)
      .sort((a, b) => (score.get(b)?.[step] ?? 0) - (score.get(a)?.[step] ?? 0));
    for (const voice of loudest.slice(0, count)) extend(spoken, voice, step * GRID);
  }
  return named(spoken);
}

function vote(
  { start, active, frameSeconds, labels }: LabelledWindow,
  score: ReadonlyMap<number, Float32Array>,
  speaking: Float32Array,
  heard: Float32Array,
): void {
  const first = Math.ceil(start / GRID);
  const end = Math.min(heard.length, Math.floor((start + WINDOW_SECONDS) / GRID));
  for (let step = first; step < end; step++) {
    const within = step * GRID - start;
    const frame = Math.floor(within / frameSeconds);
    const weight = 1.01 - Math.abs((2 * within) / WINDOW_SECONDS - 1);
    heard[step]! += weight;
    active.forEach((frames, speaker) => {
      if (frames[frame] !== 1) return;
      speaking[step]! += weight;
      const scores = score.get(labels[speaker] ?? -1);
      if (scores) scores[step]! += weight;
    });
  }
}

function extend(spoken: Map<number, SpeakerTurn[]>, voice: number, at: number): void {
  const turns = spoken.get(voice) ?? [];
  const last = turns.at(-1);
  const end = at + GRID;
  if (last && at - last.end <= BRIDGE) turns[turns.length - 1] = { ...last, end };
  else turns.push({ speaker: '', start: at, end });
  spoken.set(voice, turns);
}

function named(spoken: ReadonlyMap<number, readonly SpeakerTurn[]>): SpeakerTurn[] {
  const long = [...spoken.values()]
    .map((turns) => turns.filter(({ start, end }) => end - start >= SHORTEST))
    .filter((turns) => turns.length > 0)
    .sort((a, b) => (a[0]?.start ?? 0) - (b[0]?.start ?? 0));
  return long
    .flatMap((turns, index) => turns.map((turn) => ({ ...turn, speaker: `speaker-${index + 1}` })))
    .sort((a, b) => a.start - b.start);
}
