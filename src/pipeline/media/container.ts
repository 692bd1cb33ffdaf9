import type { AudioTrack, MediaInfo, OutputContainer } from '../media-types.ts';
import type { Dropped } from '../ports.ts';

/** IANA where registered. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
} satisfies Record<OutputContainer, string>;

/** The media type of a finished file by its name; undefined for a name no dub can have. */
export function mediaType(name: string): string | undefined {
  return MEDIA_TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()];
}

const WITH_PICTURE: Readonly<Record<string, OutputContainer>> = { mp4: 'mp4', mov: 'mov', webm: 'webm' };
const SOUND_ONLY: Readonly<Record<string, OutputContainer>> = {
  mp3: 'mp3',
  wav: 'wav',
  w64: 'wav',
  ogg: 'ogg',
  webm: 'webm',
  flac: 'flac',
};

/**
 * The source's own container if players support it; otherwise Matroska (picture) or M4A (sound). A camera's MP4 with
 * PCM sound, a vendor extension of MP4, becomes a MOV so that the original sound can stay.
 */
export function outputContainer(info: MediaInfo, keepOriginal: boolean): OutputContainer {
  if (!info.video) return SOUND_ONLY[info.container] ?? 'm4a';
  const own = WITH_PICTURE[info.container] ?? 'mkv';
  return own === 'mp4' && keepOriginal && info.audio.some(({ codec }) => isPcm(codec)) ? 'mov' : own;
}

/** The container for a file name; undefined for an ending no dub can have. */
export function containerNamed(name: string): OutputContainer | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return name.includes('.') ? CONTAINERS.find((container) => container === ending) : undefined;
}

export const CONTAINERS = Object.keys(MEDIA_TYPES) as OutputContainer[];

/** Picture codecs, as ffmpeg names them, that a container can hold; Matroska and QuickTime hold any. */
const PICTURES: Partial<Record<OutputContainer, readonly string[]>> = {
  mp4: ['h264', 'hevc', 'av1', 'vp9', 'mpeg4', 'mpeg2video', 'mpeg1video', 'mjpeg'],
  webm: ['vp8', 'vp9', 'av1'],
};
const OF_SOUND: ReadonlySet<OutputContainer> = new Set(['m4a', 'mp3', 'wav', 'ogg', 'flac']);

/** Why a file's picture cannot be copied into a container, for people; undefined when it can. */
export function misfit(container: OutputContainer, { video }: Pick<MediaInfo, 'video'>): string | undefined {
  if (video === undefined) return undefined;
  if (OF_SOUND.has(container)) return `A .${container} file cannot hold a picture.`;
  const held = PICTURES[container];
  if (held === undefined || held.includes(video.codec)) return undefined;
  return `A .${container} file cannot hold ${video.codec} pictures, only ${held.join(', ')}.`;
}

function isPcm(codec: string): boolean {
  return codec.startsWith('pcm_');
}

/** Bytes of a file name that every common file system accepts. */
const LONGEST_NAME = 255;

/**
 * @example outputName('My clip.avi', 'es', 'mkv') // 'My clip.es.mkv'
 * @param target BCP-47 tag
 * @returns at most 255 bytes long: a longer name loses the end of its stem
 */
export function outputName(inputName: string, target: string, container: OutputContainer): string {
  const stem = inputName.replace(/^.*[\\/]/, '').replace(/(?<=.)\.[^.]*$/, '');
  const ending = `.${target}.${container}`;
  return `${cut(stem, LONGEST_NAME - ending.length)}${ending}`;
}

/** The text, cut to this many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  const characters = [...text];
  let left = bytes;
  const end = characters.findIndex((one) => (left -= new TextEncoder().encode(one).length) < 0);
  return end < 0 ? text : characters.slice(0, end).join('');
}

/** How the dub is encoded, and what is lost by it. */
export interface AudioEncoding {
  readonly sampleRate: number;
  readonly channels: number;
  readonly options: readonly string[];
  readonly dropped: readonly Dropped[];
}

/** ISO/IEC 14496-3 table 1.18. */
const AAC_RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000];
/** ISO/IEC 11172-3, 13818-3 and the 2.5 extension. */
const MP3_RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];
/** RFC 6716 §2. */
const OPUS_RATES = [8000, 12000, 16000, 24000, 48000];

/**
 * @param codec the source track's as ffmpeg names it
 * @param sourceBits bits per sample of a lossless source, where known
 */
export function audioEncoding(
  container: OutputContainer,
  track: Pick<AudioTrack, 'codec' | 'sampleRate' | 'channels'>,
  sourceBits: number,
): AudioEncoding {
  const { sampleRate, channels } = track;
  switch (container) {
    case 'mp4':
    case 'mov':
    case 'mkv':
    case 'm4a':
      return within('AAC', track, AAC_RATES, 8, (rate, count) => aac(rate, count));
    case 'mp3':
      return within('MP3', track, MP3_RATES, 2, (rate, count) => mp3(rate, count));
    case 'webm':
    case 'ogg':
      // Opus plays at 48 kHz only when it says so; a 44.1 kHz source keeps its rate as Vorbis.
      return OPUS_RATES.includes(sampleRate) && track.codec !== 'vorbis'
        ? within('Opus', track, OPUS_RATES, 8, (rate, count) => opus(rate, count))
        : within('Vorbis', track, [], 8, () => ['-c:a:0', 'libvorbis', '-q:a:0', '6']);
    case 'flac':
      return within('FLAC', track, [], 8, () => flac(sourceBits));
    case 'wav':
      return {
        sampleRate,
        channels,
        options: ['-c:a:0', pcm(track.codec, sourceBits), '-rf64', 'auto'],
        dropped: [],
      };
  }
}

/** The source's rate and channels, or the closest the codec supports: the next higher rate loses nothing. */
function within(
  codec: string,
  { sampleRate, channels }: Pick<AudioTrack, 'sampleRate' | 'channels'>,
  rates: readonly number[],
  mostChannels: number,
  options: (rate: number, channels: number) => readonly string[],
): AudioEncoding {
  const rate =
    rates.length === 0 ? sampleRate : (rates.find((one) => one >= sampleRate) ?? rates.at(-1) ?? sampleRate);
  const count = Math.min(channels, mostChannels);
  const dropped: Dropped[] = [];
  if (rate !== sampleRate) {
    dropped.push({
      what: 'sample_rate',
      reason: `${codec} does not support ${sampleRate} Hz; written at ${rate} Hz.`,
    });
  }
  if (count !== channels) {
    dropped.push({ what: 'channels', reason: `${codec} holds ${mostChannels} of the ${channels} channels.` });
  }
  return { sampleRate: rate, channels: count, options: options(rate, count), dropped };
}

/** In seconds: how much of the dub's start to leave out, and how much later to start what is left. */
export interface EncoderDelay {
  readonly trim: number;
  readonly shift: number;
}

/**
 * An encoder's first samples are priming, timed before 0. MP4 hides them with an edit list; Matroska shifts the whole
 * file instead, picture included. So there the dub is passed on such that the priming falls at 0: AAC's (1024 samples)
 * replaces as much of the dub's start, Opus' (RFC 7845: 312 samples at 48 kHz) comes before it, since players subtract
 * its CodecDelay.
 */
export function encoderDelay(container: OutputContainer, encoding: AudioEncoding): EncoderDelay {
  if (container === 'mkv') return { trim: 1024 / encoding.sampleRate, shift: 1024 / encoding.sampleRate };
  if (container === 'webm' && encoding.options.includes('libopus')) return { trim: 0, shift: 312 / 48_000 };
  return { trim: 0, shift: 0 };
}

/** 96 kbit/s a channel at 44.1 kHz and up: the fast coder halves the time but needs the bits. */
function aac(rate: number, channels: number): readonly string[] {
  const perChannel = Math.max(24, Math.round(96 * Math.min(1, rate / 44_100)));
  return ['-c:a:0', 'aac', '-aac_coder', 'fast', '-b:a:0', `${perChannel * channels}k`];
}

/** MPEG-2 layer III ends at 160 kbit/s, MPEG-2.5 at 64. */
function mp3(rate: number, channels: number): readonly string[] {
  const perChannel = rate >= 32_000 ? 112 : rate >= 16_000 ? 64 : 32;
  return ['-c:a:0', 'libmp3lame', '-b:a:0', `${perChannel * channels}k`];
}

/**
 * Frames of 10 ms at complexity 4: with more, libopus overflows the 64 KiB stack of the wasm build (it traps
 * at 20 ms from complexity 5 on, measured).
 */
function opus(rate: number, channels: number): readonly string[] {
  const perChannel = Math.max(24, Math.round(80 * Math.min(1, rate / 48_000)));
  const small = ['-frame_duration:a:0', '10', '-compression_level:a:0', '4'];
  return ['-c:a:0', 'libopus', ...small, '-b:a:0', `${perChannel * channels}k`];
}

function flac(sourceBits: number): readonly string[] {
  return sourceBits > 16
    ? ['-c:a:0', 'flac', '-sample_fmt:a:0', 's32', '-bits_per_raw_sample:a:0', '24']
    : ['-c:a:0', 'flac', '-sample_fmt:a:0', 's16'];
}

function pcm(codec: string, sourceBits: number): string {
  if (/^pcm_(u8|s16le|s24le|s32le|f32le)$/.test(codec)) return codec;
  return sourceBits > 16 ? 'pcm_s24le' : 'pcm_s16le';
}
