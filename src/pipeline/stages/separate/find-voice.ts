import { touched } from '../../audio/duck.ts';
import type { ModelEntry } from '../../catalogue.ts';
import type { Separator } from '../../families/separator.ts';
import type { Sound, SpeechSpan } from '../../media-types.ts';
import type { Device, Host } from '../../ports.ts';
import { soundOf, type Planes } from '../../sound/sound.ts';
import type { Task } from '../../task.ts';
import { blockStarts, voiceBlocks } from './blocks.ts';
import { openSeparator } from './open.ts';

/**
 * Finds the voice in a sound during the spans (with short ramps around them); elsewhere silence stands for it. Only
 * chunks that a span touches are computed. Surround sound is treated pair by pair, without its LFE channel.
 * @param spans seconds, in any order
 * @param take gets the voice piece by piece: as long as the sound, as many channels
 * @throws OctaviaError `model.*`, `job.cancelled`, and what `take` throws
 */
export async function findVoice(
  { host, signal, onProgress }: Task<Pick<Host, 'inference' | 'clock'>>,
  model: ModelEntry,
  sound: Sound,
  spans: readonly SpeechSpan[],
  take: (planes: Planes) => Promise<void>,
): Promise<Device> {
  const separator = await openSeparator(host, model, signal);
  try {
    const ranges = touched(spans, sound.sampleRate);
    const wanted = (start: number, end: number): boolean =>
      ranges.some((range) => range.start < end && range.end > start);
    const groups = channelGroups(sound.channels);
    const voices = groups.map((group) => voiceBlocks(separator, sound, group, wanted, signal));
    const starts = blockStarts(separator, sound);
    for (const [number, start] of starts.entries()) {
      const end = Math.min(sound.frames, starts[number + 1] ?? sound.frames);
      const planes = Array.from({ length: sound.channels }, () => new Float32Array(end - start));
      for (const [index, group] of groups.entries()) {
        const { value } = await voices[index]!.next();
        group.forEach((channel, i) => {
          if (value !== undefined) planes[channel]!.set(value.channels[i]!.subarray(0, end - start));
        });
      }
      // The first chunk begins before the sound does.
      await take(planes.map((plane) => plane.subarray(Math.max(0, -start))));
      onProgress?.((number + 1) / starts.length);
      await host.clock.breathe();
    }
    return separator.device;
  } finally {
    await separator.close();
  }
}

/** The voice in a short sound, mono, as long as the sound. */
export async function voiceOf(
  host: Pick<Host, 'clock'>,
  separator: Separator,
  samples: Float32Array,
  sampleRate: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const voice = new Float32Array(samples.length);
  const sound = soundOf({ sampleRate, channels: [samples] });
  for await (const { start, channels } of voiceBlocks(separator, sound, [0], () => true, signal)) {
    const [found = new Float32Array(0)] = channels;
    const end = Math.min(found.length, voice.length - start);
    const from = Math.max(0, -start);
    if (end > from) voice.set(found.subarray(from, end), start + from);
    await host.clock.breathe();
  }
  return voice;
}

/**
 * Which channels belong together, in ffmpeg's order of layouts (mono, stereo, 2.1, 4.0, 5.0, 5.1, 6.1, 7.1);
 * LFE carries no voice and is in none.
 */
export function channelGroups(count: number): readonly (readonly number[])[] {
  const known: readonly (readonly (readonly number[])[])[] = [
    [],
    [[0]],
    [[0, 1]],
    [[0, 1]],
    [[0, 1], [2], [3]],
    [[0, 1], [2], [3, 4]],
    [[0, 1], [2], [4, 5]],
    [[0, 1], [2], [4], [5, 6]],
    [[0, 1], [2], [4, 5], [6, 7]],
  ];
  return known[count] ?? Array.from({ length: count }, (_, channel) => [channel]);
}
