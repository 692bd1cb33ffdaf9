import type { Sound, SpeechSpan, Word } from '../../media-types.ts';
import { lengthOf, listen } from '../../sound/sound.ts';

/** Sample rate of the sound that recognisers hear, in Hz. */
export const SAMPLE_RATE = 16_000;
/** Pause kept around a window, in seconds: a recogniser needs to hear where speech begins. */
const PADDING = 0.1;
/** A word this many seconds away from any speech was not said: recognisers make up words in silence. */
const FARTHEST = 0.5;

/** A stretch of sound to recognise at once: one utterance, or several with the pauses between them. */
export interface Window extends SpeechSpan {
  readonly parts: readonly SpeechSpan[];
}

/** A sound and the windows of it to be heard. */
export interface Sounds {
  /** Mono, {@link SAMPLE_RATE}, from the start of the file. */
  readonly speech16k: Sound;
  readonly windows: readonly Window[];
  readonly signal: AbortSignal;
}

/**
 * Joins utterances into windows of at most `seconds`, including padding; each is its own window when undefined.
 * @param parts in order, without overlap
 */
export function windowsOf(parts: readonly SpeechSpan[], seconds: number | undefined): Window[] {
  const windows: { start: number; end: number; parts: SpeechSpan[] }[] = [];
  for (const part of parts) {
    const last = windows.at(-1);
    const fits = last !== undefined && part.end - last.start + 2 * PADDING <= (seconds ?? 0);
    if (!fits) windows.push({ ...part, parts: [part] });
    else {
      last.parts.push(part);
      last.end = part.end;
    }
  }
  return windows;
}

/**
 * A window's sound with some of the pause around it, unless that belongs to another window.
 * @param sound mono
 * @returns offset: where it begins, in seconds from the start of the sound
 */
export async function heardIn(
  sound: Sound,
  windows: readonly Window[],
  window: Window,
): Promise<{ samples: Float32Array; offset: number }> {
  const index = windows.indexOf(window);
  const before = windows[index - 1]?.end ?? 0;
  const after = windows[index + 1]?.start ?? lengthOf(sound);
  const from = window.start - Math.min(PADDING, (window.start - before) / 2);
  const to = window.end + Math.min(PADDING, (after - window.end) / 2);
  const { samples, from: first } = await listen(sound, from, to);
  return { samples, offset: first / sound.sampleRate };
}

/**
 * Which words were said in which utterance: a word belongs to the one it overlaps most, and its times are cut to it,
 * because recognisers add the pause around a word to the word. A word entirely in a pause goes to the utterance nearest
 * to its middle; one far from all of them is dropped.
 */
export function wordsByUtterance(words: readonly Word[], parts: readonly SpeechSpan[]): Word[][] {
  const said: Word[][] = parts.map(() => []);
  for (const word of words) {
    const shared = parts.map(({ start, end }) => Math.min(end, word.end) - Math.max(start, word.start));
    const most = Math.max(...shared);
    const at = most > 0 ? shared.indexOf(most) : nearest((word.start + word.end) / 2, parts);
    const part = parts[at];
    if (part === undefined) continue;
    said[at]?.push(most > 0 ? within(word, part) : word);
  }
  return said;
}

/** Index of the utterance near to a time, −1 where there is none. */
function nearest(time: number, parts: readonly SpeechSpan[]): number {
  const distances = parts.map(({ start, end }) => Math.max(start - time, time - end, 0));
  const least = Math.min(...distances);
  return least <= FARTHEST ? distances.indexOf(least) : -1;
}

function within(word: Word, { start, end }: SpeechSpan): Word {
  return { ...word, start: Math.max(start, word.start), end: Math.min(end, word.end) };
}
