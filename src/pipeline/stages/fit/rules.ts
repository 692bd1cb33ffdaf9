import { clamp } from '../../audio/clamp.ts';

/**
 * The arithmetic of fitting a line into its slot. What happens to a line that is too long, in order:
 *
 * 1. it borrows the pause that follows it, at up to 1.1 times the voice's normal pace, which nobody notices;
 * 2. it is spoken faster, up to 1.25;
 * 3. a shorter translation is taken, if there is one (note `fit.shortened`);
 * 4. it is spoken faster still, up to 1.6, where speech stays intelligible (note `fit.fast`);
 * 5. it runs over: no word is cut. The same speaker's next line waits for it, but only as long as needed (note
 * `fit.overrun` on this line, `fit.delayed` on the next), and may then speed up itself.
 *
 * A short line is slowed down to 0.85 at most and then leaves a pause. A line always begins where the source
 * line begins: an early or late start is worse than a fast line, so only rule 5 (and, at the end of the file,
 * the lack of any room after it) moves an onset.
 */

/** Tempo is pace × stretch against the voice's normal pace. */
export const SLOWEST = 0.85;
export const UNNOTICED = 1.1;
export const FASTEST = 1.25;
export const HARDEST = 1.6;
/** Pause left before the next line, in seconds: the preferred one, and the minimum when there is no room. */
export const GAP = 0.08;
export const LEAST_GAP = 0.03;

/** The room to fill, in seconds of speech. */
export interface Room {
  /** The source line's own length. */
  readonly ideal: number;
  /** Up to the next line, minus the preferred gap. */
  readonly wished: number;
  /** Up to the next line, minus the minimum gap. */
  readonly most: number;
}

/** The target length of speech that takes `natural` seconds at normal pace. */
export function targetLength(natural: number, room: Room): number {
  const comfortable = natural / clamp(natural / room.ideal, SLOWEST, UNNOTICED);
  if (comfortable <= room.wished) return comfortable;
  if (natural / FASTEST <= room.wished) return room.wished;
  return Math.max(natural / HARDEST, Math.min(natural / FASTEST, room.most));
}

/** Predictions can be this much too short: p90 of 120 Spanish sentences by espeak-ng. */
const PREDICTION_SLACK = 1.06;

/**
 * The first candidate that is predicted to fit at 1.25; else the one predicted to be shortest.
 * @param naturals predicted seconds at normal pace per candidate, best candidate first
 */
export function chooseCandidate(naturals: readonly number[], room: Room): number {
  const fitting = naturals.findIndex((natural) => (natural * PREDICTION_SLACK) / FASTEST <= room.most);
  if (fitting >= 0) return fitting;
  return naturals.indexOf(Math.min(...naturals));
}

/** How measured speech gets its length: unchanged, stretched, or spoken again at another pace. */
export type Correction =
  | { readonly kind: 'none' }
  | { readonly kind: 'stretch'; readonly tempo: number }
  | { readonly kind: 'again'; readonly pace: number };

/** A difference that nobody hears and that frees no useful room. */
const CLOSE_ENOUGH = 0.005;
/** Beyond this stretch, the engine's own pace sounds better. */
const LIGHT_STRETCH = 0.06;
/** Accepted stretch for a slow engine, instead of speaking again; twice that if the line fits anyway. */
const SLOW_STRETCH = 0.1;

/** Whether a line may be spoken again; a slow engine does so only if it must. */
export type Again = 'never' | 'freely' | 'reluctantly';

/** @param length measured seconds of speech at `pace` */
export function correct(length: number, pace: number, room: Room, again: Again): Correction {
  const natural = length * pace;
  const target = targetLength(natural, room);
  const tempo = length / target;
  if (Math.abs(tempo - 1) <= CLOSE_ENOUGH && length <= room.most) return { kind: 'none' };
  const wished = clamp(natural / target, SLOWEST, HARDEST);
  const off = Math.abs(tempo - 1);
  if (again === 'freely' && off > LIGHT_STRETCH) return { kind: 'again', pace: wished };
  if (again === 'reluctantly' && off > SLOW_STRETCH) {
    const stretched = clamp(tempo, 1 - SLOW_STRETCH, 1 + SLOW_STRETCH);
    const fits = length / stretched <= room.wished;
    return fits && off <= 2 * SLOW_STRETCH
      ? { kind: 'stretch', tempo: stretched }
      : { kind: 'again', pace: wished };
  }
  return { kind: 'stretch', tempo: clamp(tempo, SLOWEST, FASTEST) };
}
