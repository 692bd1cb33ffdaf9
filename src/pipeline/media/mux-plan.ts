import type { Dropped, MediaFile, MuxRequest } from '../ports.ts';
import type { AudioEncoding } from './container.ts';
import type { OutputContainer } from '../media-types.ts';
import { audioEncoding, encoderDelay } from './container.ts';
import type { FfmpegRun } from './ffmpeg.ts';
import { untrusted } from './ffmpeg.ts';
import { containerLanguage } from './language.ts';
import type { Probed, Stream } from './probe.ts';
import { isAudio, isCover, isSubtitle, isVideo, layoutName } from './probe.ts';

/** Which parts of the source go into the output beside the dub, and which are left out. */
export interface MuxPlan {
  readonly container: OutputContainer;
  readonly encoding: AudioEncoding;
  readonly pictures: readonly Stream[];
  /** Original sound, the dubbed track first. */
  readonly originals: readonly Stream[];
  readonly subtitles: readonly Stream[];
  readonly covers: readonly Stream[];
  readonly attachments: readonly Stream[];
  readonly dropped: readonly Dropped[];
}

/** In this order after the picture and the dub. */
const KINDS = ['originals', 'subtitles', 'covers', 'attachments'] as const;
const PROVENANCE = 'Dubbed with Octavia (synthetic speech)';
const TAKES_COVER: ReadonlySet<OutputContainer> = new Set(['mp4', 'm4a', 'mp3', 'flac']);

/** Plans as much as the container can be expected to hold. */
export function fullPlan(request: MuxRequest, { info, streams }: Probed): MuxPlan {
  const { container } = request;
  const track = info.audio[request.track];
  const audio = streams.filter(isAudio);
  const dubbed = audio[request.track];
  const encoding = audioEncoding(
    container,
    {
      codec: track?.codec ?? '',
      sampleRate: request.dub.sampleRate,
      channels: request.dub.channels,
    },
    Number(dubbed?.bits_per_raw_sample ?? 0),
  );
  const all = {
    container,
    encoding,
    pictures: streams.filter(isVideo),
    originals: [
      ...audio.filter((stream) => stream === dubbed),
      ...audio.filter((stream) => stream !== dubbed),
    ],
    subtitles: streams.filter(isSubtitle),
    covers: streams.filter(isCover),
    attachments: streams.filter((stream) => stream.codec_type === 'attachment'),
    dropped: [...encoding.dropped, ...lostData(streams)],
  };
  return limited(all, request, info.video !== undefined);
}

/** Leaves out what is known not to fit or not wanted. */
function limited(plan: MuxPlan, request: MuxRequest, picture: boolean): MuxPlan {
  let left = plan;
  if (!TAKES_COVER.has(plan.container) && !(picture && plan.container === 'mkv')) {
    left = without(left, 'covers', `${plan.container} cannot hold a cover picture.`);
  }
  if (plan.container !== 'mkv')
    left = without(left, 'attachments', `${plan.container} cannot hold attachments.`);
  if (!picture) {
    left = without(left, 'originals', 'A sound file holds only the dub.');
    left = without(left, 'subtitles', 'A sound file cannot hold subtitles.');
  } else if (!request.keepOriginal) {
    left = { ...without(left, 'originals', 'You asked to leave it out.') };
  }
  return left;
}

/** The kind of source stream that this output stream is; undefined for pictures and the dub. */
export function kindAt(plan: MuxPlan, index: number): keyof typeof NAMES | undefined {
  let before = plan.pictures.length + 1;
  if (index < before) return undefined;
  return KINDS.find((kind) => index < (before += plan[kind].length));
}

const NAMES = {
  originals: 'original',
  subtitles: 'subtitles',
  covers: 'cover',
  attachments: 'attachments',
} as const satisfies Partial<Record<keyof MuxPlan, Dropped['what']>>;

/** The plan without some kinds, with the reason noted for each kind that was present. */
export function without(plan: MuxPlan, kind: keyof typeof NAMES, reason: string): MuxPlan {
  if (plan[kind].length === 0) return plan;
  return { ...plan, [kind]: [], dropped: [...plan.dropped, { what: NAMES[kind], reason }] };
}

/** Data streams. Chapters and time codes are data too, but are written again separately. */
function lostData(streams: readonly Stream[]): Dropped[] {
  return streams
    .filter((stream) => stream.codec_type === 'data')
    .filter((stream) => !['text', 'tmcd'].includes(stream.codec_tag_string ?? ''))
    .map((stream) => ({
      what: 'data' as const,
      reason: `The data stream ${stream.codec_tag_string ?? stream.index} has no defined form in the output.`,
    }));
}

/** The command for a plan. `pcm` contains the dub as raw floats, from the encoder's `trim` on. */
export function muxRun(plan: MuxPlan, request: MuxRequest, probed: Probed, pcm: MediaFile): FfmpegRun {
  const { source, dub, targetLanguage } = request;
  const { container, encoding } = plan;
  const dubbed = probed.streams.filter(isAudio)[request.track];
  const layout = dubbed && layoutName(dubbed);
  // AVI stores no presentation times.
  const timestamps = probed.info.container === 'avi' ? ['-fflags', '+genpts'] : [];
  const { shift } = encoderDelay(container, encoding);
  const raw = [
    '-itsoffset',
    shift.toFixed(6),
    '-f',
    'f32le',
    '-ar',
    `${dub.sampleRate}`,
    '-ac',
    `${dub.channels}`,
  ];
  return {
    inputs: [untrusted(source, ...timestamps), { file: pcm, options: raw }],
    options: [
      ...plan.pictures.flatMap(mapped),
      ...['-map', '1:a:0'],
      ...KINDS.flatMap((kind) => plan[kind]).flatMap(mapped),
      ...['-c', 'copy', ...encoding.options],
      ...['-ar:a:0', `${encoding.sampleRate}`],
      // Given only the number, ffmpeg would mix quad to 4.0, with a front and a back centre.
      ...(layout === 'quad' ? [] : ['-ac:a:0', `${encoding.channels}`]),
      ...layoutFilter(layout, dub.channels, encoding.channels),
      ...['-metadata:s:a:0', `language=${containerLanguage(targetLanguage)}`],
      ...['-metadata:s:a:0', `title=Octavia dub (${targetLanguage})`],
      ...['-metadata:s:a:0', `handler_name=Octavia dub (${targetLanguage})`],
      ...['-disposition:a:0', 'default'],
      ...plan.originals.flatMap((stream, index) => original(stream, index + 1)),
      ...['-metadata', `comment=${comment(probed.tags)}`],
      // FLAC and Opus in MP4 are experimental in ffmpeg 5 in name only. These are copies from the source.
      ...['-strict', '-2', '-max_muxing_queue_size', '4096'],
      ...containerOptions(container),
    ],
  };
}

function mapped(stream: Stream): string[] {
  return ['-map', `0:${stream.index}`];
}

/** Gives the channels the source's own layout (7.1 wide is not 7.1); raw floats only have a number. */
function layoutFilter(layout: string | undefined, channels: number, written: number): string[] {
  if (layout === undefined || channels < 3 || channels !== written) return [];
  const order = Array.from({ length: channels }, (_, channel) => channel).join('|');
  return ['-filter:a:0', `channelmap=map=${order}:channel_layout=${layout}`];
}

/** An original track stays as it is, except that it is no longer the default. */
function original(stream: Stream, index: number): string[] {
  const kept = Object.entries(stream.disposition ?? {})
    .filter(([name, set]) => set === 1 && name !== 'default')
    .map(([name]) => name);
  return [`-disposition:a:${index}`, kept.length > 0 ? kept.join('+') : '0'];
}

function comment(tags: Readonly<Record<string, string>>): string {
  const own = tags['comment'] ?? tags['COMMENT'] ?? '';
  if (own.includes(PROVENANCE)) return own;
  return own === '' ? PROVENANCE : `${own}\n${PROVENANCE}`;
}

function containerOptions(container: OutputContainer): string[] {
  switch (container) {
    case 'mp4':
    case 'mov':
      return ['-movflags', '+faststart', '-f', container];
    case 'm4a':
      // The iPod muxer is MP4 with the M4A brand; it refuses some covers' tags unless they are its own.
      return ['-movflags', '+faststart', '-f', 'ipod'];
    case 'mkv':
      return ['-f', 'matroska'];
    case 'webm':
    case 'mp3':
    case 'wav':
    case 'ogg':
    case 'flac':
      return ['-f', container];
  }
}
