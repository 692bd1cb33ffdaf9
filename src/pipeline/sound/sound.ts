import type { Pcm, Sound } from '../media-types.ts';

/** Planes of floats in −1…1, one a channel, all of the same length. */
export type Planes = readonly Float32Array[];

/** Seconds of sound. */
export function lengthOf({ frames, sampleRate }: Pick<Sound, 'frames' | 'sampleRate'>): number {
  return frames / sampleRate;
}

/** A short sound that is in memory, as one that is read. */
export function soundOf({ channels, sampleRate }: Pcm): Sound {
  return {
    sampleRate,
    channels: channels.length,
    frames: channels[0]?.length ?? 0,
    read: (from, to) => Promise.resolve(channels.map((samples) => cut(samples, from, to))),
  };
}

/** The samples `from`…`to` of a plane, silence outside it; a copy. */
export function cut(samples: Float32Array, from: number, to: number): Float32Array {
  const piece = new Float32Array(Math.max(0, to - from));
  piece.set(samples.subarray(Math.max(0, from), Math.max(0, to)), Math.max(0, -from));
  return piece;
}

/** One channel between two moments, in seconds; less where the sound begins or ends within. */
export async function listen(
  sound: Sound,
  start: number,
  end: number,
): Promise<{ samples: Float32Array; from: number }> {
  const from = Math.max(0, Math.round(start * sound.sampleRate));
  const to = Math.max(from, Math.min(sound.frames, Math.round(end * sound.sampleRate)));
  const [samples = new Float32Array(0)] = await sound.read(from, to);
  return { samples, from };
}

/** The same sound, `frames` long: silence follows where it is shorter. */
export function lasting(sound: Sound, frames: number): Sound {
  return { ...sound, frames: Math.max(sound.frames, frames) };
}

/** The sound in pieces of at most `frames` samples, in order. */
export async function* pieces(sound: Sound, frames: number): AsyncGenerator<Float32Array[]> {
  for (let from = 0; from < sound.frames; from += frames) {
    yield await sound.read(from, Math.min(sound.frames, from + frames));
  }
}

/** The same sound with something done to each stretch that is read. @param change in place; `from` is its first sample */
export function changed(
  sound: Sound,
  change: (planes: Planes, from: number, to: number) => Promise<void> | void,
): Sound {
  const { sampleRate, channels, frames } = sound;
  return {
    sampleRate,
    channels,
    frames,
    async read(from, to) {
      const planes = await sound.read(from, to);
      await change(planes, from, to);
      return planes;
    },
  };
}
