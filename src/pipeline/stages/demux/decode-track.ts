import { LoudnessMeter } from '../../audio/loudness.ts';
import { compact } from '../../compact.ts';
import { hashOf } from '../../hash.ts';
import type { AudioTrack, Sound } from '../../media-types.ts';
import type { ComingSound, TakeSound } from '../../ports.ts';
import type { Run } from '../../run.ts';
import { keptSound, type ByBlock } from '../../sound/kept.ts';
import { lasting } from '../../sound/sound.ts';
import type { SourceSound } from './index.ts';

/** A track to be decoded. */
export interface Decodable {
  readonly track: AudioTrack;
  /** Of the file's content. */
  readonly fingerprint: string;
}

/** What decoding found besides the sound. */
export interface Decoded {
  /** Length of the file in seconds: its picture or its sound, whichever is longer. */
  readonly fileSeconds: number;
  readonly damage?: string;
  /** Integrated loudness in LUFS; null for silence. */
  readonly lufs: number | null;
}

/** The requested rate and number of channels; the track's own when absent. */
export interface Want {
  /** Hz. */
  readonly sampleRate?: number;
  readonly channels?: number;
}

/**
 * A track's sound, decoded once per job and kept in the host's scratch store.
 * @param change what is done to it before it is kept
 */
export async function decodeTrack(
  run: Run,
  { track, fingerprint }: Decodable,
  want: Want,
  onProgress?: (fraction: number) => void,
  change?: Change,
): Promise<{ sound: Sound; told: Decoded }> {
  const { host, request, signal } = run;
  const inputs = [fingerprint, track.index, want, change?.name ?? null];
  return keptSound(host.scratch, `${request.jobId}/sound-${hashOf(inputs)}`, async (start) => {
    let meter: LoudnessMeter | undefined;
    const begin = (coming: ComingSound): TakeSound => {
      const { sampleRate, channels } = coming;
      const format = coming.fine ? 'float' : 'pcm16';
      const writer = start({ sampleRate, channels, format }, change?.begin(sampleRate));
      const heard = (meter = new LoudnessMeter(channels, sampleRate));
      return (planes) => {
        heard.push(planes);
        return writer.write(planes);
      };
    };
    const { fileSeconds, damage } = await host.media.decodeAudio(
      request.input,
      { ...want, track: track.index },
      begin,
      signal,
      onProgress,
    );
    const lufs = meter?.lufs() ?? -Infinity;
    return { ...compact({ fileSeconds, damage }), lufs: Number.isFinite(lufs) ? lufs : null };
  });
}

/** Something done to sound while it is decoded. */
export interface Change {
  readonly name: string;
  readonly begin: (sampleRate: number) => ByBlock;
}

/**
 * The dubbed track at the file's full length: sound that ends before the picture is followed by silence.
 * @returns lufs: its integrated loudness, −Infinity for silence
 */
export async function decodeWhole(
  run: Run,
  source: SourceSound,
  onProgress?: (fraction: number) => void,
): Promise<{ sound: Sound; lufs: number }> {
  const { sound, told } = await decodeTrack(run, source, {}, onProgress);
  return {
    sound: lasting(sound, Math.round(source.seconds * sound.sampleRate)),
    lufs: told.lufs ?? -Infinity,
  };
}
