import type { MediaFile } from '../ports.ts';

/**
 * What a host provides for `createMedia`: ffmpeg 5 or newer, as a program or as wasm. Results are data; calls reject
 * only when the signal is aborted (`job.cancelled`) or the host cannot run ffmpeg at all. An abort kills the run and
 * removes its output.
 */
export interface Ffmpeg {
  /** Runs ffprobe with `options` on the file. */
  probe(input: FfmpegInput, options: readonly string[], signal: AbortSignal): Promise<ProbeResult>;
  /**
   * Runs ffmpeg and passes on the sound as raw interleaved little-endian 32-bit floats, in order. It waits for
   * `onBytes` and rejects with what that throws.
   */
  pcm(
    run: FfmpegRun,
    onBytes: (bytes: Uint8Array) => Promise<void>,
    signal: AbortSignal,
    onSeconds?: (seconds: number) => void,
  ): Promise<FfmpegResult>;
  /** Runs ffmpeg with a new file called `name` as its output; `file` is set when `ok`. */
  write(
    run: FfmpegRun,
    name: string,
    signal: AbortSignal,
    onSeconds?: (seconds: number) => void,
  ): Promise<WriteResult>;
  /** Bytes start…end of the file (end exclusive, clamped to its length). */
  read(file: MediaFile, start: number, end: number): Promise<Uint8Array>;
  /** Keeps bytes as a temporary file that can be an input. */
  store(name: string, parts: AsyncIterable<Uint8Array<ArrayBuffer>>, signal: AbortSignal): Promise<MediaFile>;
  /** Deletes a file that `store` made. */
  discard(file: MediaFile): Promise<void>;
}

export interface FfmpegInput {
  readonly file: MediaFile;
  /** Placed before its `-i`. */
  readonly options: readonly string[];
}

export interface FfmpegRun {
  readonly inputs: readonly FfmpegInput[];
  /** Placed before the output. */
  readonly options: readonly string[];
}

export interface FfmpegResult {
  readonly ok: boolean;
  /** The end of what ffmpeg said, at log level warning. */
  readonly log: string;
}

/** ffprobe writes output even when it fails, and its wasm build has no real exit code: `output` tells. */
export interface ProbeResult {
  readonly output: string;
  readonly log: string;
}

export interface WriteResult extends FfmpegResult {
  readonly file: MediaFile | undefined;
}

/**
 * Demuxers of formats that contain the sound or video themselves. Playlists and scripts (concat, hls, dash, sdp, image
 * sequences) open other files or addresses and are refused whatever the file is called.
 */
const FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,mp3,wav,w64,flac,ogg,flv,asf,aac,ac3,eac3,' +
  'aiff,au,caf,amr,amrnb,amrwb,wv,ape,tta,mxf,dv,rm,nut,ivf';

/** A file that may be a stranger's. */
export function untrusted(file: MediaFile, ...options: readonly string[]): FfmpegInput {
  return { file, options: ['-protocol_whitelist', 'file,pipe', '-format_whitelist', FORMATS, ...options] };
}
