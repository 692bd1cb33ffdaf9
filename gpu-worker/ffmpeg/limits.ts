import type { MediaLimits } from '@octavia/pipeline/media/limits';
import { settings } from '../settings/settings.ts';

/** What one run of ffmpeg or ffprobe may use. */
export interface ProgramLimits {
  /** Bytes of its address space (prlimit). */
  readonly memoryBytes: number;
  /** Seconds without progress, after which it counts as hung. */
  readonly stallSeconds: number;
  /** Seconds in total. */
  readonly seconds: number;
}

const GIB = 2 ** 30;

/** The limits as the environment sets them. Errors: `call.invalid`. */
export function programLimits(): ProgramLimits {
  const set = settings();
  return {
    memoryBytes: set.OCTAVIA_FFMPEG_GIB * GIB,
    stallSeconds: set.OCTAVIA_FFMPEG_STALL_SECONDS,
    seconds: set.OCTAVIA_FFMPEG_HOURS * 3600,
  };
}

/** The limits of a file as the environment sets them. Errors: `call.invalid`. */
export function mediaLimits(): MediaLimits {
  const set = settings();
  return {
    seconds: set.OCTAVIA_MEDIA_HOURS * 3600,
    pixels: Math.round(set.OCTAVIA_MEDIA_MEGAPIXELS * 1e6),
    streams: set.OCTAVIA_MEDIA_STREAMS,
    decodedBytes: set.OCTAVIA_MEDIA_DECODED_GIB * GIB,
  };
}
