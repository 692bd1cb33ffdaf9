import type { ModelEntry } from '../catalogue.ts';

/** A worker ended unexpectedly or had to be given up; the same call may succeed in another one. */
export class WorkerGone extends Error {}

/** Calls `tick` at an interval in seconds until stopped. */
export type Every = (seconds: number, tick: () => void) => () => void;

/** Seconds that any call may take: a machine that swaps, a graphics driver that compiles. */
const PATIENCE = 60;
/** A device may be this much slower than the reference machine: a phone, or two cores at load 10. */
const SLOWER = 30;
/** Bytes per second: a slow disk, and a graph that is optimised while it opens. */
const LOADING = 2e6;
/** Most seconds of speech per letter, as for the slowest voices. */
const LETTER_SECONDS = 0.1;

/** Seconds after which a model working on this much sound counts as stuck. */
export function soundLimit({ rtf }: Pick<ModelEntry, 'rtf'>, seconds: number): number {
  return PATIENCE + SLOWER * Math.max(rtf, 0.1) * seconds;
}

/** The same for a text to be spoken. */
export function textLimit(model: Pick<ModelEntry, 'rtf'>, text: string): number {
  return soundLimit(model, LETTER_SECONDS * text.length);
}

/** The same for a model that is being opened. */
export function loadLimit(bytes: number): number {
  return PATIENCE + bytes / LOADING;
}

/**
 * The outcome of `work`, or WorkerGone once it has taken longer than `seconds`. The seconds are counted in ticks, so
 * time during which this process was suspended (Ctrl-Z, a sleeping laptop) does not count.
 */
export async function within<T>(every: Every, seconds: number, work: Promise<T>): Promise<T> {
  let left = Math.ceil(seconds);
  let callOff = (): void => undefined;
  const overdue = new Promise<never>((_, reject) => {
    callOff = every(1, () => {
      if (--left === 0) reject(new WorkerGone(`it did not respond within ${Math.ceil(seconds)} s`));
    });
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    callOff();
  }
}
