import { raisedCosine } from '../../audio/fade.ts';
import { createResampler } from '../../audio/resample.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Pcm } from '../../media-types.ts';
import { SEPARATION_RATE, type Level, type Separator, type Stereo } from '../../families/separator.ts';

/** The voice in a stretch of a sound, with the same channels and rate. */
export interface VoiceBlock {
  /** Index of the first sample in the sound; the first block begins before 0, the last may run past the end. */
  readonly start: number;
  readonly channels: readonly Float32Array[];
}

/**
 * The voice in mono or stereo sound, in consecutive blocks. Chunks overlap and are crossfaded, and need only the sound
 * after the previous block, so the consumer may overwrite the sound up to a block's end. Memory use does not depend on
 * the length of the sound.
 * @param wanted whether the voice in a range of samples is needed; elsewhere it is silence
 */
export async function* voiceBlocks(
  separator: Separator,
  sound: Pcm,
  wanted: (start: number, end: number) => boolean,
  signal: AbortSignal,
): AsyncGenerator<VoiceBlock> {
  const { channels, sampleRate } = sound;
  const length = channels[0]?.length ?? 0;
  const level = levelOf(channels);
  const toModel = createResampler(sampleRate, SEPARATION_RATE);
  const fromModel = createResampler(SEPARATION_RATE, sampleRate);
  const chunk = Math.floor((separator.samples * sampleRate) / SEPARATION_RATE);
  const overlap = Math.floor((separator.overlap * sampleRate) / SEPARATION_RATE);
  const hop = chunk - overlap;
  const rise = Float32Array.from({ length: overlap }, (_, i) => raisedCosine((i + 0.5) / overlap));

  const voiceAt = async (start: number): Promise<readonly Float32Array[]> => {
    const pieces = channels.map((samples) => fitted(toModel(cut(samples, start, chunk)), separator.samples));
    const [left = new Float32Array(separator.samples), right = left] = pieces;
    const isSilent = pieces.every((piece) => piece.every((x) => x === 0));
    const voice: Stereo = isSilent ? [left, right] : await separator.voice([left, right], level);
    const found = channels.length === 1 ? [middle(voice)] : voice;
    return found.map((samples) => fitted(fromModel(samples), chunk).slice());
  };

  let before = channels.map(() => new Float32Array(overlap));
  for (let start = -overlap; start < length; start += hop) {
    throwIfAborted(signal);
    const voice = wanted(start, start + chunk)
      ? await voiceAt(start)
      : channels.map(() => new Float32Array(chunk));
    voice.forEach((samples, index) => fadeOver(before[index]!, samples, rise));
    before = voice.map((samples) => samples.slice(hop));
    yield { start, channels: voice.map((samples) => samples.subarray(0, hop)) };
  }
}

/** How many chunks the sound is divided into. */
export function chunkCount(separator: Separator, { channels, sampleRate }: Pcm): number {
  const length = ((channels[0]?.length ?? 0) * SEPARATION_RATE) / sampleRate;
  return Math.ceil((length + separator.overlap) / (separator.samples - separator.overlap));
}

/** `count` samples from `start` on, silence outside the sound. */
function cut(samples: Float32Array, start: number, count: number): Float32Array {
  const piece = new Float32Array(count);
  piece.set(samples.subarray(Math.max(0, start), Math.max(0, start + count)), Math.max(0, -start));
  return piece;
}

/** The samples, cut or filled up with silence to `length`. */
function fitted(samples: Float32Array, length: number): Float32Array {
  return samples.length === length ? samples : cut(samples, 0, length);
}

function middle([left, right]: Stereo): Float32Array {
  return left.map((x, i) => (x + right[i]!) / 2);
}

/** Fades from the end of the previous chunk into the beginning of this one. */
function fadeOver(before: Float32Array, samples: Float32Array, rise: Float32Array): void {
  for (let i = 0; i < rise.length; i++) {
    const up = rise[i]!;
    samples[i] = up * samples[i]! + (1 - up) * before[i]!;
  }
}

function levelOf(channels: readonly Float32Array[]): Level {
  const length = channels[0]?.length ?? 0;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < length; i++) {
    let mono = 0;
    for (const samples of channels) mono += samples[i]!;
    mono /= channels.length;
    sum += mono;
    squares += mono * mono;
  }
  const mean = length > 0 ? sum / length : 0;
  const deviation = length > 0 ? Math.sqrt(Math.max(0, squares / length - mean * mean)) : 0;
  return { mean, deviation: deviation > 0 ? deviation : 1 };
}
