import { compact } from '../compact.ts';
import { OctaviaError } from '../errors.ts';
import type { DecodedAudio } from '../media-types.ts';
import type { MediaFile } from '../ports.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { untrusted } from './ffmpeg.ts';
import { damageIn, failure } from './failure.ts';
import type { Probed } from './probe.ts';
import { Planes } from './planes.ts';

/** ffmpeg's usual layout for each number of channels. */
const LAYOUTS = ['mono', 'stereo', '2.1', '4.0', '5.0', '5.1', '6.1', '7.1'];

/** Seconds by which a codec's last frame may run past the end that the file states (AAC's is 1024 samples). */
const LAST_FRAME = 0.1;

/** See `Media.decodeAudio`. Errors: `input.no_audio`, `input.audio_track`, `input.truncated`, `media.failed`. */
export async function decodeAudio(
  ffmpeg: Ffmpeg,
  file: MediaFile,
  { info }: Probed,
  want: { track: number; sampleRate?: number; channels?: number },
  { signal, onProgress }: { signal: AbortSignal; onProgress?: ((fraction: number) => void) | undefined },
): Promise<DecodedAudio> {
  if (info.audio.length === 0) throw new OctaviaError('input.no_audio');
  const track = info.audio[want.track];
  if (!track) throw new OctaviaError('input.audio_track', `It has ${info.audio.length}.`);
  const sampleRate = want.sampleRate ?? track.sampleRate;
  const channels = want.channels ?? track.channels;

  const planes = new Planes(channels, Math.ceil((info.seconds + 0.1) * sampleRate));
  const result = await ffmpeg.pcm(
    {
      inputs: [untrusted(file)],
      options: ['-map', `0:a:${want.track}`, '-af', filters(sampleRate, channels, track.channels)],
    },
    (bytes) => planes.push(bytes),
    signal,
    onProgress && ((seconds) => onProgress(Math.min(1, seconds / info.seconds))),
  );
  if (planes.frames === 0) throw failure(result.log, 'media.failed');
  planes.trim(Math.round(info.seconds * sampleRate), Math.ceil(LAST_FRAME * sampleRate));
  const damage = info.damage ?? damageIn(result.log) ?? (result.ok ? undefined : 'decoding stopped early');
  return compact({ sampleRate, channels: planes.take(), damage });
}

/**
 * The timeline starts at 0 and has no holes: async=1 fills gaps with silence and trims overlaps, first_pts=0
 * pads a track that starts late. Downmixing keeps the sum of a channel's gains at 1 (rematrix_maxval), as
 * swresample would otherwise let floats run past ±1. The resampler's settings are spelled out so that every
 * host gives the same samples; soxr is not in the wasm build.
 */
function filters(sampleRate: number, channels: number, sourceChannels: number): string {
  const resample =
    `aresample=${sampleRate}:async=1:first_pts=0:rematrix_maxval=1:` +
    'filter_size=64:phase_shift=10:linear_interp=0:exact_rational=1:cutoff=0.97:dither_method=none';
  const layout =
    channels === sourceChannels ? '' : `:channel_layouts=${LAYOUTS[channels - 1] ?? `${channels}c`}`;
  return `${resample},aformat=sample_fmts=flt:sample_rates=${sampleRate}${layout}`;
}
