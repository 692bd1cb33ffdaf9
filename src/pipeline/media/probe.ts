import { OctaviaError } from '../errors.ts';
import type { AudioTrack, MediaInfo, VideoTrack } from '../media-types.ts';
import type { MediaFile } from '../ports.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { untrusted } from './ffmpeg.ts';
import type { Extent } from './extent.ts';
import { extent } from './extent.ts';
import { failure } from './failure.ts';

/** A stream as ffprobe describes it. */
export interface Stream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly width?: number;
  readonly height?: number;
  readonly avg_frame_rate?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly channel_layout?: string;
  /** Seconds, on the clock of the file. */
  readonly start_time?: string;
  readonly bits_per_raw_sample?: string;
  readonly duration?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

interface ProbeOutput {
  readonly format?: {
    readonly format_name?: string;
    readonly start_time?: string;
    readonly duration?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
  readonly streams?: readonly Stream[];
  readonly chapters?: readonly unknown[];
}

/** The public description and, for decoding and muxing, the streams behind it. */
export interface Probed {
  readonly info: MediaInfo;
  readonly streams: readonly Stream[];
  readonly tags: Readonly<Record<string, string>>;
  /** Seconds on the clock of the file at which it begins: 0 for most, anything for a transport stream. */
  readonly start: number;
  /** Length in seconds by the packets actually present, whatever the header states. Reads the whole file, once. */
  readonly counted: (signal: AbortSignal) => Promise<number>;
}

/** Formats without a length in their header: ffmpeg guesses it from the bit rate, so it is counted instead. */
const HEADERLESS = new Set(['mp3', 'aac', 'ac3', 'eac3', 'amr', 'amrnb', 'amrwb']);
/** Formats whose clock may restart in the middle, where two recordings were joined: the stated length is of one. */
const JOINABLE = new Set(['mpegts', 'mpeg', 'ogg']);

/**
 * The least bytes per second of a real length, below what speech codecs need (AMR 590, Opus 750). A header that implies
 * less is not believed, and the packets are counted.
 */
const LEAST_BYTES_PER_SECOND = 500;

/** Errors: `input.empty`, `input.not_media`, `input.truncated`, `input.missing`. */
export async function probe(ffmpeg: Ffmpeg, file: MediaFile, signal: AbortSignal): Promise<Probed> {
  if (file.bytes === 0) throw new OctaviaError('input.empty');
  const shape = await extent(ffmpeg, file);
  const result = await ffmpeg.probe(
    untrusted(file),
    ['-print_format', 'json', '-show_format', '-show_streams', '-show_chapters'],
    signal,
  );
  const output = parsed(result.output);
  if (!output.format) throw unreadable(result.log, shape);
  const streams = output.streams ?? [];
  if (!streams.some((stream) => isVideo(stream) || isAudio(stream)))
    throw new OctaviaError('input.not_media');

  const container = containerName(output.format.format_name ?? '', shape);
  const stated = Number(output.format.duration);
  const believed = stated > 0 && stated < file.bytes / LEAST_BYTES_PER_SECOND;
  const untold = shape.missing > 0 || HEADERLESS.has(container) || JOINABLE.has(container) || !believed;
  let count: number | undefined;
  const counted = async (signal: AbortSignal): Promise<number> =>
    (count ??= await countedSeconds(ffmpeg, file, signal));
  const video = streams.find(isVideo);
  const info: MediaInfo = {
    container,
    seconds: untold ? await counted(signal) : stated,
    video: video && videoTrack(video),
    audio: streams.filter(isAudio).map(audioTrack),
    subtitles: streams.filter(isSubtitle).length,
    chapters: output.chapters?.length ?? 0,
    ...(shape.missing > 0 && { damage: `${shape.missing} bytes are missing from the end of the file` }),
  };
  const start = Number(output.format.start_time ?? 0) || 0;
  return { info, streams, tags: output.format.tags ?? {}, start, counted };
}

/** When ffprobe cannot read the file, it prints nothing, an empty object, or half of one. */
function parsed(output: string): ProbeOutput {
  try {
    return JSON.parse(output) as ProbeOutput;
  } catch {
    return {};
  }
}

/** A text file called .mp4 has no index either, but it is not a truncated film. */
function unreadable(log: string, shape: Extent): OctaviaError {
  const found = failure(log, 'input.not_media');
  const cut = found.code === 'input.truncated' && shape.kind === 'other';
  return cut ? new OctaviaError('input.not_media', found.detail) : found;
}

export function isAudio(stream: Stream): boolean {
  return stream.codec_type === 'audio' && Number(stream.sample_rate) > 0 && (stream.channels ?? 0) > 0;
}

/** Whether sound is kept without loss at more than 16 bits. */
export function isFine({ codec_name: codec = '', bits_per_raw_sample: bits = '0' }: Stream): boolean {
  return /^pcm_[su](24|32|64)|^pcm_f/.test(codec) || Number(bits) > 16;
}

/** A moving picture; cover art is a video stream too. */
export function isVideo(stream: Stream): boolean {
  return stream.codec_type === 'video' && !isCover(stream);
}

export function isCover(stream: Stream): boolean {
  return stream.codec_type === 'video' && stream.disposition?.['attached_pic'] === 1;
}

export function isSubtitle(stream: Stream): boolean {
  return stream.codec_type === 'subtitle';
}

/** A track's layout as ffmpeg names it, if the name can be used within a filter. */
export function layoutName({ channel_layout: name = '' }: Stream): string | undefined {
  return /^[a-z0-9.()-]+$/.test(name) ? name : undefined;
}

function containerName(names: string, shape: Extent): string {
  return shape.kind === 'other' || shape.kind === 'riff' ? (names.split(',')[0] ?? '') : shape.kind;
}

function videoTrack(stream: Stream): VideoTrack {
  const counterClockwise = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const [frames = 0, per = 0] = (stream.avg_frame_rate ?? '').split('/').map(Number);
  return {
    codec: stream.codec_name ?? 'unknown',
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    rotation: (((-counterClockwise % 360) + 360) % 360) + 0,
    frameRate: frames > 0 && per > 0 ? frames / per : undefined,
  };
}

function audioTrack(stream: Stream, index: number): AudioTrack {
  return {
    index,
    codec: stream.codec_name ?? 'unknown',
    sampleRate: Number(stream.sample_rate),
    channels: stream.channels ?? 0,
    language: stream.tags?.['language'],
    title: stream.tags?.['title'],
    isDefault: stream.disposition?.['default'] === 1,
  };
}

/** A clock that jumps by more seconds than this has restarted; reordered pictures jump by less. */
const JUMPS_BACK = 0.5;
const JUMPS_AHEAD = 10;

/** Length from the packets actually present: last end minus first start of sound and picture. */
async function countedSeconds(ffmpeg: Ffmpeg, file: MediaFile, signal: AbortSignal): Promise<number> {
  const result = await ffmpeg.probe(
    untrusted(file),
    [
      '-show_entries',
      'packet=codec_type,stream_index,pts_time,dts_time,duration_time',
      '-print_format',
      'csv=print_section=0',
    ],
    signal,
  );
  /** For each stream: when its last packet was due, and when the next one is. */
  const clocks = new Map<string, { last: number; next: number }>();
  let [first, last, shift] = [Infinity, 0, 0];
  for (const line of result.output.split('\n')) {
    const [type, stream = '', ...times] = line.split(',');
    const [pts = NaN, stamp = NaN, stated = NaN] = times.map(Number);
    if ((type !== 'audio' && type !== 'video') || !Number.isFinite(pts)) continue;
    const due = Number.isFinite(stamp) ? stamp : pts;
    const length = stated || 0;
    const clock = clocks.get(stream);
    if (
      clock !== undefined &&
      (due + shift < clock.last - JUMPS_BACK || due + shift > clock.next + JUMPS_AHEAD)
    ) {
      shift = clock.next - due;
    }
    clocks.set(stream, { last: due + shift, next: due + shift + length });
    first = Math.min(first, pts + shift);
    last = Math.max(last, pts + shift + length);
  }
  if (last <= 0) throw failure(result.log, 'input.truncated');
  return last - first;
}
