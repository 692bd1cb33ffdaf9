import type { Pcm } from '@octavia/pipeline';

/** What ffprobe (-show_format -show_streams -show_chapters) and ffmpeg (-f streamhash) say about a file. */
export interface Inspection {
  readonly format: { readonly duration: string; readonly start_time?: string; readonly tags?: Tags };
  readonly streams: readonly ProbedStream[];
  readonly chapters: readonly { readonly tags?: Tags }[];
  /** MD5 of each moving picture's packets. */
  readonly pictureHash: string;
}

type Tags = Readonly<Record<string, string>>;

interface ProbedStream {
  readonly codec_type: string;
  readonly codec_name?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly start_time?: string;
  readonly disposition: Readonly<Record<string, number>>;
  readonly tags?: Tags;
}

/** Seconds of the first sample louder than −20 dBFS in the first channel. */
export function firstOnset(pcm: Pcm): number {
  const index = pcm.channels[0]?.findIndex((sample) => Math.abs(sample) > 0.1) ?? -1;
  return index < 0 ? NaN : index / pcm.sampleRate;
}

/** A dub of the same shape whose sound begins at 0.75 s, sharply: bursts of a tone, at another pitch per channel. */
export function burstsLike({ sampleRate, channels }: Pcm): Pcm {
  return {
    sampleRate,
    channels: channels.map((channel, index) =>
      channel.map((_, at) => {
        const time = at / sampleRate;
        const sounding = time >= 0.75 && time % 0.5 >= 0.25 && time % 0.5 < 0.45;
        return sounding ? 0.5 * Math.cos(2 * Math.PI * (500 + 90 * index) * time) : 0;
      }),
    ),
  };
}

export function streamsOf(inspection: Inspection, type: string): readonly ProbedStream[] {
  return inspection.streams.filter((stream) => stream.codec_type === type);
}

/** Seconds between the start of the file and its first picture. */
export function pictureStart(inspection: Inspection): number {
  const first = Number(streamsOf(inspection, 'video')[0]?.start_time ?? 0);
  return first - Number(inspection.format.start_time ?? 0);
}
