import { compact } from '../compact.ts';
import { OctaviaError } from '../errors.ts';
import type { DecodedAudio } from '../media-types.ts';
import type { MediaFile, Media } from '../ports.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { untrusted } from './ffmpeg.ts';
import { damageIn, lastLine } from './failure.ts';
import type { Probed, Stream } from './probe.ts';
import { isAudio, isFine, layoutName } from './probe.ts';
import { Deinterleaver, Trimmed } from './planes.ts';

/** ffmpeg's usual layout for each number of channels. */
const LAYOUTS = ['mono', 'stereo', '2.1', '4.0', '5.0', '5.1', '6.1', '7.1'];

/** Seconds by which a codec's last frame may exceed the file's stated end (AAC's is 1024 samples). */
const LAST_FRAME = 0.1;
/** If the sound ends this many seconds before the file's stated end, that end is doubtful. */
const DOUBTFUL = 0.5;

/** See `Media.decodeAudio`. Errors: `input.no_audio`, `input.audio_track`. */
export async function decodeAudio(
  ffmpeg: Ffmpeg,
  file: MediaFile,
  probed: Probed,
  want: { track: number; sampleRate?: number; channels?: number },
  begin: Parameters<Media['decodeAudio']>[2],
  { signal, onProgress }: { signal: AbortSignal; onProgress?: ((fraction: number) => void) | undefined },
): Promise<DecodedAudio> {
  const { info } = probed;
  if (info.audio.length === 0) throw new OctaviaError('input.no_audio');
  const track = info.audio[want.track];
  const stream = probed.streams.filter(isAudio)[want.track];
  if (!track || !stream) throw new OctaviaError('input.audio_track', `It has ${info.audio.length}.`);
  const sampleRate = want.sampleRate ?? track.sampleRate;
  const channels = want.channels ?? track.channels;

  const planes = new Deinterleaver(channels);
  const take = begin({ sampleRate, channels, fine: isFine(stream) });
  const expected = Math.round(info.seconds * sampleRate);
  const sound = new Trimmed(expected, Math.ceil(LAST_FRAME * sampleRate), take);
  const starts = startOf(stream, probed.start);
  await takeSilence(sound, channels, Math.round(late(starts) * sampleRate));
  const silent = sound.frames;
  const result = await ffmpeg.pcm(
    {
      inputs: [untrusted(file)],
      options: ['-map', `0:${stream.index}`, '-af', filters(stream, starts, sampleRate, channels)],
    },
    (bytes) => sound.push(planes.push(bytes)),
    signal,
    onProgress && ((seconds) => onProgress(Math.min(1, seconds / info.seconds))),
  );
  if (sound.frames === silent) {
    const why = lastLine(result.log) ?? 'it holds no sound';
    throw new OctaviaError(
      'input.audio_track',
      `Track ${want.track} (${track.codec}) cannot be decoded: ${why}`,
    );
  }
  const fileSeconds = await lengthOf(probed, sound.frames / sampleRate, signal);
  const damage = info.damage ?? damageIn(result.log) ?? (result.ok ? undefined : 'decoding stopped early');
  return compact({ sampleRate, channels, frames: sound.frames, fileSeconds, damage });
}

/**
 * The length of the picture or the sound, whichever is longer. A stated length that the sound does not confirm is
 * checked.
 */
async function lengthOf({ info, counted }: Probed, heard: number, signal: AbortSignal): Promise<number> {
  if (info.video === undefined) return heard;
  const doubted = info.seconds - heard > DOUBTFUL;
  return Math.max(heard, doubted ? await counted(signal) : info.seconds);
}

/** Where a track begins on the file's timeline, in seconds; NaN when the file does not say. */
function startOf({ start_time: time }: Stream, fileStart: number): number {
  return Number(time) - fileStart;
}

/** ffmpeg would make the silence before a late track all at once, so beyond this many seconds it is made here. */
const LATE = 10;

/** Seconds of silence before a track that begins late; 0 for the others. */
function late(starts: number): number {
  return starts > LATE ? starts : 0;
}

/** Samples of silence per piece. */
const SILENCE = 480_000;

async function takeSilence(sound: Trimmed, channels: number, frames: number): Promise<void> {
  for (let left = frames; left > 0; left -= SILENCE) {
    await sound.push(Array.from({ length: channels }, () => new Float32Array(Math.min(SILENCE, left))));
  }
}

/** A first frame this many seconds after the track's stated start is the first one in another format. */
const CHANGED = 0.15;

/**
 * The timeline starts at 0 and has no holes: async=1 fills gaps with silence and trims overlaps, first_pts=0 pads a
 * track that starts late. ffmpeg rebuilds the filters where the sound changes its rate or channels: sound from there on
 * must continue at once and not be padded again. The last filter removes the timestamps, which would jump back there.
 * Downmixing keeps the sum of a channel's gains at 1 (rematrix_maxval), as swresample would otherwise let floats run
 * past ±1. The resampler's settings are spelled out so that every host gives the same samples; soxr is not in the wasm
 * build.
 */
function filters(stream: Stream, starts: number, sampleRate: number, channels: number): string {
  const again = Number.isFinite(starts)
    ? [`asetpts='if(gt(STARTT,${(starts + CHANGED).toFixed(6)}),PTS-STARTPTS,PTS)'`]
    : [];
  const goOn = late(starts) > 0 ? ['asetpts=PTS-STARTPTS'] : again;
  const resample =
    `aresample=${sampleRate}:async=1:first_pts=0:rematrix_maxval=1:` +
    'filter_size=64:phase_shift=10:linear_interp=0:exact_rational=1:cutoff=0.97:dither_method=none';
  const format = `aformat=sample_fmts=flt:sample_rates=${sampleRate}:channel_layouts=${layoutOf(stream, channels)}`;
  return [...goOn, resample, format, 'asetpts=NAN'].join(',');
}

/** The track's own layout where its channels are kept. */
function layoutOf(stream: Stream, wanted: number): string {
  const own = stream.channels === wanted ? layoutName(stream) : undefined;
  return own ?? LAYOUTS[wanted - 1] ?? `${wanted}c`;
}
