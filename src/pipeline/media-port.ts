import type { DecodedAudio, MediaInfo, OutputContainer, Sound } from './media-types.ts';

/** An opaque handle to a file of the host (a path, a Blob, an OPFS file). Only its host can open it. */
export interface MediaFile {
  readonly name: string;
  readonly bytes: number;
}

/** Reading, decoding and writing media files. Errors: `input.*`, `media.failed`, `storage.full`. */
export interface Media {
  probe(file: MediaFile, signal: AbortSignal): Promise<MediaInfo>;
  /** Hex SHA-256 that identifies the content: over the size and all of a small file, samples of a large one. */
  fingerprint(file: MediaFile, signal: AbortSignal): Promise<string>;
  /**
   * Decodes one audio track, from the start of the file's timeline (a track that starts late is padded with
   * silence), and hands it over in pieces.
   * @param want.track index among the audio tracks; sampleRate (Hz) and channels: the source's when absent
   * @param begin called with a description of the sound; returns the function that takes the pieces, which decoding
   * waits for
   */
  decodeAudio(
    file: MediaFile,
    want: { track: number; sampleRate?: number; channels?: number },
    begin: (coming: ComingSound) => TakeSound,
    signal: AbortSignal,
    onProgress?: (fraction: number) => void,
  ): Promise<DecodedAudio>;
  /** Writes the finished file: picture copied bit for bit, the dub as first and default audio track. */
  mux(request: MuxRequest, signal: AbortSignal, onProgress?: (fraction: number) => void): Promise<MuxResult>;
}

export interface ComingSound {
  readonly sampleRate: number;
  /** Number of channels. */
  readonly channels: number;
  /** Whether the source holds more than 16 bits without loss, so that 16 would lose something. */
  readonly fine: boolean;
}

/** @param planes floats in −1…1, one plane per channel, all of the same length */
export type TakeSound = (planes: readonly Float32Array[]) => Promise<void>;

export interface MuxResult {
  /** The host decides where it is: a temporary file for the caller to move, or a Blob. */
  readonly file: MediaFile;
  /** Parts of the source that could not be carried over. */
  readonly dropped: readonly Dropped[];
}

export interface Dropped {
  readonly what: 'original' | 'subtitles' | 'attachments' | 'cover' | 'data' | 'sample_rate' | 'channels';
  /** For people. */
  readonly reason: string;
}

export interface MuxRequest {
  readonly source: MediaFile;
  readonly info: MediaInfo;
  /** The finished mix, at the sample rate and channel count of the source track. */
  readonly dub: Sound;
  /** Which source audio track was dubbed (index among the audio tracks). */
  readonly track: number;
  /** BCP-47 tags. */
  readonly targetLanguage: string;
  readonly sourceLanguage: string;
  /** Keep the original sound as a second track, if the container can hold one. */
  readonly keepOriginal: boolean;
  /** It must be able to hold the source's picture (media/container.ts, `misfit`). */
  readonly container: OutputContainer;
}
