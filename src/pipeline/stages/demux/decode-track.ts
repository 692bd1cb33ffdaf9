import type { AudioTrack, DecodedAudio, Pcm } from '../../media-types.ts';
import type { Run } from '../../run.ts';
import type { Sound } from './index.ts';

/**
 * A track's decoded sound, for every stage that hears the source.
 * @param want rate in Hz and channels; the track's own when absent
 */
export function decodeTrack(
  { host, request, signal }: Run,
  { index }: AudioTrack,
  want: { readonly sampleRate?: number; readonly channels?: number },
  onProgress?: (fraction: number) => void,
): Promise<DecodedAudio> {
  return host.media.decodeAudio(request.input, { ...want, track: index }, signal, onProgress);
}

/** The dubbed track at the file's full length: sound that ends before the picture is followed by silence. */
export async function decodeWhole(
  run: Run,
  { track, seconds }: Sound,
  onProgress?: (fraction: number) => void,
): Promise<Pcm> {
  const { sampleRate, channels } = await decodeTrack(run, track, {}, onProgress);
  const frames = Math.round(seconds * sampleRate);
  return { sampleRate, channels: channels.map((samples) => padded(samples, frames)) };
}

function padded(samples: Float32Array, frames: number): Float32Array {
  if (samples.length >= frames) return samples;
  const whole = new Float32Array(frames);
  whole.set(samples);
  return whole;
}
