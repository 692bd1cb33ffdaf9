import { OctaviaError, throwIfAborted } from '../errors.ts';
import type { Ffmpeg, FfmpegInput } from './ffmpeg.ts';
import type { Probed } from './probe.ts';

/** Limits for one file, which may come from a stranger. */
export interface MediaLimits {
  readonly seconds: number;
  /** Pixels of one picture. */
  readonly pixels: number;
  /** Number of streams: pictures, sound, subtitles and attachments together. */
  readonly streams: number;
  /** Bytes of sound that are decoded from one track. */
  readonly decodedBytes: number;
}

/**
 * Half a day; 8K, which fits the highest level of H.264 (6.2: 139,264 blocks of 256 pixels); more streams than a film
 * in every language has; and the same length as stereo at 48 kHz.
 */
export const MEDIA_LIMITS: MediaLimits = {
  seconds: 12 * 3600,
  pixels: 36_000_000,
  streams: 100,
  decodedBytes: 16 * 2 ** 30,
};

/** Size of ffprobe's output about packets: some 25 bytes for each of the millions in half a day. */
const PROBE_BYTES = 256 * 2 ** 20;

/** Checks a file's description. Errors: `input.too_large`. @returns what was given */
export function checkWithin(probed: Probed, limits: MediaLimits): Probed {
  const { info, streams } = probed;
  if (streams.length > limits.streams) {
    throw tooLarge(`It has ${streams.length} streams; the limit is ${limits.streams}.`);
  }
  for (const { width = 0, height = 0 } of streams) {
    if (width * height > limits.pixels) {
      throw tooLarge(`Its picture is ${width}×${height}; the limit is ${limits.pixels / 1e6} megapixels.`);
    }
  }
  if (info.seconds > limits.seconds) {
    const hours = (seconds: number) => `${Number((seconds / 3600).toPrecision(3))} h`;
    throw tooLarge(`It lasts ${hours(info.seconds)}; the limit is ${hours(limits.seconds)}.`);
  }
  return probed;
}

/** Keeps ffmpeg's runs on strangers' files within the limits while they run. */
export function bounded(ffmpeg: Ffmpeg, limits: MediaLimits): Ffmpeg {
  const small = (input: FfmpegInput): FfmpegInput => ({
    ...input,
    options: ['-max_pixels', String(limits.pixels), ...input.options],
  });
  return {
    ...ffmpeg,
    async probe(input, options, signal) {
      const result = await ffmpeg.probe(small(input), options, signal);
      if (result.output.length > PROBE_BYTES) throw tooLarge('It has too many packets.');
      return result;
    },
    async pcm(run, onBytes, signal, onSeconds) {
      const over = new AbortController();
      let bytes = 0;
      const counted = async (piece: Uint8Array) => {
        bytes += piece.length;
        if (bytes > limits.decodedBytes) over.abort();
        else await onBytes(piece);
      };
      try {
        return await ffmpeg.pcm(
          { ...run, inputs: run.inputs.map(small) },
          counted,
          AbortSignal.any([signal, over.signal]),
          onSeconds,
        );
      } catch (thrown) {
        throwIfAborted(signal);
        if (!over.signal.aborted) throw thrown;
        throw tooLarge(`Its sound takes more than ${limits.decodedBytes / 2 ** 30} GiB.`);
      }
    },
  };
}

function tooLarge(detail: string): OctaviaError {
  return new OctaviaError('input.too_large', detail);
}
