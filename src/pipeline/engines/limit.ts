import type { ModelEntry } from '../catalogue.ts';

/** That a worker ended by itself, or had to be given up: what it was asked may succeed in another one. */
export class WorkerGone extends Error {}

/** Calls `tick` every so many seconds until it is called off. */
export type Every = (seconds: number, tick: () => void) => () => void;

/** Seconds that any call may take: a machine that swaps, a graphics driver that compiles. */
const PATIENCE = 60;
/** A device may be this much slower than the machine of the catalogue's figures: a phone, or two cores at load 10. */
const SLOWER = 30;
/** Bytes a second: a slow disk, and a graph that is optimised while it is opened. */
const LOADING = 2e6;
/** Seconds of speech a letter stands for at most, see the slowest voices. */
const LETTER_SECONDS = 0.1;

/** Seconds after which a model that works on so much sound counts as stuck. */
export function soundLimit({ rtf }: Pick<ModelEntry, 'rtf'>, seconds: number): number {
  return PATIENCE + SLOWER * Math.max(rtf, 0.1) * seconds;
}

/** The same for a text that is to be spoken. */
export function textLimit(model: Pick<ModelEntry, 'rtf'>, text: string): number {
  return soundLimit(model, LETTER_SECONDS * text.length);
}

/** The same for a model that is opened. */
export function loadLimit(bytes: number): number {
  return PATIENCE + bytes / LOADING;
}

/**
 * The outcome of `work`, or WorkerGone once it has taken longer than `seconds`. They are counted in ticks: time during
 * which this process itself stood still (Ctrl-Z, a laptop that sleeps) does not count.
 */
export async function within<T>(every: Every, seconds: number, work: Promise<T>): Promise<T> {
  let left = Math.ceil(seconds);
  let callOff = (): void => undefined;
  const overdue = new Promise<never>((_, reject) => {
    callOff = every(1, () => {
      if (--left === 0) reject(new WorkerGone(`it gave no answer within ${Math.ceil(seconds)} s`));
    });
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    callOff();
  }
}
