import { monoMixer } from '../../audio/downmix.ts';
import { OctaviaError } from '../../errors.ts';
import type { AudioTrack, MediaInfo, Sound } from '../../media-types.ts';
import type { Run } from '../../run.ts';
import { lengthOf } from '../../sound/sound.ts';
import { decodeTrack, type Change } from './decode-track.ts';

/** Sample rate for all stages that listen: Silero and PocketSphinx both take 16 kHz mono. */
export const LISTEN_RATE = 16_000;
/** Sound shorter than this contains no word, in seconds. */
const SHORTEST_SOUND = 0.1;

/** The sound to dub. */
export interface SourceSound {
  readonly info: MediaInfo;
  readonly track: AudioTrack;
  /** Hash of the file's content: recognition results are remembered under this and the track's index. */
  readonly fingerprint: string;
  /** Mono, at LISTEN_RATE. */
  readonly speech: Sound;
  /** Length of the file in seconds: its picture or its sound, whichever is longer. */
  readonly seconds: number;
}

/** File → sound. Errors: `input.no_audio|audio_track|too_short`, `storage.full`, and what decoding throws. */
export async function demux(run: Run, info: MediaInfo): Promise<SourceSound> {
  const track = chooseTrack(run, info);
  return run.stage('demux', async (progress) => {
    const fingerprint = await run.host.media.fingerprint(run.request.input, run.signal);
    const [channels, change] = track.channels === 2 ? [2, TO_MONO] : [1, undefined];
    const want = { sampleRate: LISTEN_RATE, channels };
    const { sound, told } = await decodeTrack(run, { track, fingerprint }, want, progress, change);
    const damage = info.damage ?? told.damage;
    if (damage !== undefined) run.warn('input.damaged', `Part of the file cannot be read: ${damage}`);
    if (lengthOf(sound) < SHORTEST_SOUND) throw new OctaviaError('input.too_short');
    return [{ info, track, fingerprint, speech: sound, seconds: told.fileSeconds }, { model: null }];
  });
}

const TO_MONO: Change = {
  name: 'mono',
  begin: (sampleRate) => {
    const mix = monoMixer(sampleRate);
    return { channels: 1, change: ([left, right]) => (left && right ? [mix(left, right)] : []) };
  },
};

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
