import { raisedCosine } from '../../audio/fade.ts';
import { createResampler } from '../../audio/resample.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Sound } from '../../media-types.ts';
import { cut, pieces } from '../../sound/sound.ts';
import { SEPARATION_RATE, type Level, type Separator, type Stereo } from '../../families/separator.ts';

/** The voice in a stretch of a sound, with the channels asked for, at its rate. */
export interface VoiceBlock {
  /** Index of the first sample in the sound; the first block begins before 0, the last may run past the end. */
  readonly start: number;
  readonly channels: readonly Float32Array[];
}

/**
 * The voice in one or two channels of a sound, in consecutive blocks. Chunks overlap and are crossfaded. Memory use does
 * not depend on the length of the sound.
 * @param group which channels
 * @param wanted whether the voice in a range of samples is needed; elsewhere it is silence
 */
export async function* voiceBlocks(
  separator: Separator,
  sound: Sound,
  group: readonly number[],
  wanted: (start: number, end: number) => boolean,
  signal: AbortSignal,
): AsyncGenerator<VoiceBlock, undefined> {
  const { sampleRate, frames } = sound;
  const channelsOf = (planes: readonly Float32Array[]) => group.map((channel) => planes[channel]!);
  const level = await levelOf(sound, group);
  const toModel = createResampler(sampleRate, SEPARATION_RATE);
  const fromModel = createResampler(SEPARATION_RATE, sampleRate);
  const { chunk, overlap, hop } = chunksOf(separator, sampleRate);
  const rise = Float32Array.from({ length: overlap }, (_, i) => raisedCosine((i + 0.5) / overlap));

  const voiceAt = async (start: number): Promise<readonly Float32Array[]> => {
    const planes = channelsOf(await sound.read(start, start + chunk));
    const pieces = planes.map((samples) => fitted(toModel(samples), separator.samples));
    const [left = new Float32Array(separator.samples), right = left] = pieces;
    const isSilent = pieces.every((piece) => piece.every((x) => x === 0));
    const voice: Stereo = isSilent ? [left, right] : await separator.voice([left, right], level);
    const found = group.length === 1 ? [middle(voice)] : voice;
    return found.map((samples) => fitted(fromModel(samples), chunk).slice());
  };

  let before = group.map(() => new Float32Array(overlap));
  for (let start = -overlap; start < frames; start += hop) {
    throwIfAborted(signal);
    const voice = wanted(start, start + chunk)
      ? await voiceAt(start)
      : group.map(() => new Float32Array(chunk));
    voice.forEach((samples, index) => fadeOver(before[index]!, samples, rise));
    before = voice.map((samples) => samples.slice(hop));
    yield { start, channels: voice.map((samples) => samples.subarray(0, hop)) };
  }
}

/** How a sound is cut into chunks, in samples at its rate: their length, and how far they overlap. */
function chunksOf({ samples, overlap }: Separator, sampleRate: number) {
  const chunk = Math.floor((samples * sampleRate) / SEPARATION_RATE);
  const shared = Math.floor((overlap * sampleRate) / SEPARATION_RATE);
  return { chunk, overlap: shared, hop: chunk - shared };
}

/** Where each block of a sound's voice begins, in samples; the first one before 0. */
export function blockStarts(separator: Separator, { sampleRate, frames }: Sound): readonly number[] {
  const { overlap, hop } = chunksOf(separator, sampleRate);
  return Array.from({ length: Math.ceil((frames + overlap) / hop) }, (_, i) => i * hop - overlap);
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

/** Seconds processed at a time. */
const PIECE = 10;

async function levelOf(sound: Sound, group: readonly number[]): Promise<Level> {
  let [sum, squares] = [0, 0];
  for await (const planes of pieces(sound, PIECE * sound.sampleRate)) {
    const channels = group.map((channel) => planes[channel]!);
    const length = planes[0]?.length ?? 0;
    for (let i = 0; i < length; i++) {
      let mono = 0;
      for (const samples of channels) mono += samples[i]!;
      mono /= channels.length;
      sum += mono;
      squares += mono * mono;
    }
  }
  const { frames } = sound;
  const mean = frames > 0 ? sum / frames : 0;
  const deviation = frames > 0 ? Math.sqrt(Math.max(0, squares / frames - mean * mean)) : 0;
  return { mean, deviation: deviation > 0 ? deviation : 1 };
}
