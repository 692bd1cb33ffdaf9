import { toMono } from '../../audio/downmix.ts';
import { OctaviaError } from '../../errors.ts';
import type { AudioTrack, MediaInfo } from '../../media-types.ts';
import type { Run } from '../../run.ts';
import { decodeTrack } from './decode-track.ts';

/** Sample rate for all stages that listen: Silero and PocketSphinx both take 16 kHz mono. */
export const LISTEN_RATE = 16_000;
/** Sound shorter than this contains no word, in seconds. */
const SHORTEST_SOUND = 0.1;

/** The sound to dub. */
export interface Sound {
  readonly info: MediaInfo;
  readonly track: AudioTrack;
  /** Hash of the file's content: recognition results are remembered under this and the track's index. */
  readonly fingerprint: string;
  /** Mono, at LISTEN_RATE; emptied once every line is spoken (38 MB for ten minutes). */
  speech: Float32Array;
  /** Length of the file: its picture or its sound, whichever is longer. */
  readonly seconds: number;
}

/** File → sound. Errors: `input.no_audio|audio_track|too_short`, and what decoding throws. */
export async function demux(run: Run, info: MediaInfo): Promise<Sound> {
  const track = chooseTrack(run, info);
  return run.stage('demux', async (progress) => {
    const fingerprint = await run.host.media.fingerprint(run.request.input, run.signal);
    const channels = track.channels === 2 ? 2 : 1;
    const pcm = await decodeTrack(run, track, { sampleRate: LISTEN_RATE, channels }, progress);
    const damage = info.damage ?? pcm.damage;
    if (damage !== undefined) run.warn('input.damaged', `Part of the file cannot be read: ${damage}`);
    const [first, second] = pcm.channels;
    const speech = first && second ? toMono(first, second, LISTEN_RATE) : first;
    if (speech === undefined || speech.length < SHORTEST_SOUND * LISTEN_RATE) {
      throw new OctaviaError('input.too_short');
    }
    return [{ info, track, fingerprint, speech, seconds: pcm.fileSeconds }, { model: null }];
  });
}

/** The requested track, else the default one; with several, the choice is worth a warning. */
function chooseTrack(run: Run, info: MediaInfo): AudioTrack {
  const wanted = run.request.audioTrack;
  const fallback = info.audio.find((track) => track.isDefault) ?? info.audio[0];
  if (fallback === undefined) throw new OctaviaError('input.no_audio');
  if (wanted === undefined) {
    if (info.audio.length > 1) {
      const which = fallback.title ?? fallback.language ?? 'the default one';
      run.warn(
        'input.several_audio_tracks',
        `The file has ${info.audio.length} audio tracks; track ${fallback.index} (${which}) is dubbed.`,
      );
    }
    return fallback;
  }
  const track = info.audio[wanted];
  if (track === undefined) {
    throw new OctaviaError('input.audio_track', `It has ${info.audio.length}, counted from 0.`);
  }
  return track;
}
