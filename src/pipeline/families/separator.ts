import type { Device, Session } from '../ports.ts';

/** All separation models here were trained at this rate, in Hz. */
export const SEPARATION_RATE = 44_100;

export type Stereo = readonly [left: Float32Array, right: Float32Array];

/** Mean and standard deviation of a sound's mono mix, which some models expect removed from their input. */
export interface Level {
  readonly mean: number;
  readonly deviation: number;
}

/** A model that finds the voice in stereo sound, chunk by chunk. */
export interface Separator {
  readonly device: Device;
  /** Length of a chunk, and of the crossfade between two, in samples at 44.1 kHz. */
  readonly samples: number;
  readonly overlap: number;
  /** @param chunk `samples` long @param level of the whole sound */
  voice(chunk: Stereo, level: Level): Promise<Stereo>;
  close(): Promise<void>;
}

/** The names of the only input and the first output. */
export function soleNames({ inputNames, outputNames }: Session): readonly [string, string] {
  return [inputNames[0] ?? 'input', outputNames[0] ?? 'output'];
}
