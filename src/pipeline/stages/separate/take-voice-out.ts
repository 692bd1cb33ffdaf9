import { depthOver, touched } from '../../audio/duck.ts';
import type { ModelEntry } from '../../catalogue.ts';
import type { Separator } from '../../families/separator.ts';
import type { Pcm, SpeechSpan } from '../../media-types.ts';
import type { Device, Host } from '../../ports.ts';
import type { Task } from '../../task.ts';
import { chunkCount, voiceBlocks, type VoiceBlock } from './blocks.ts';
import { openSeparator } from './open.ts';

/**
 * Removes the voice from a sound, in place, during the spans (with short ramps around them); the rest of the sound does
 * not change at all. Only chunks that a span touches are computed. Surround sound is processed pair by pair, without
 * its LFE channel.
 * @param spans seconds, in any order
 * @throws OctaviaError `model.*`, `job.cancelled`
 */
export async function takeVoiceOut(
  { host, signal, onProgress }: Task<Pick<Host, 'inference' | 'clock'>>,
  model: ModelEntry,
  sound: Pcm,
  spans: readonly SpeechSpan[],
): Promise<Device> {
  const separator = await openSeparator(host, model, signal);
  try {
    const groups = channelGroups(sound.channels.length);
    const { sampleRate } = sound;
    const ranges = touched(spans, sampleRate);
    const wanted = (start: number, end: number): boolean =>
      ranges.some((range) => range.start < end && range.end > start);
    for (const [index, group] of groups.entries()) {
      const channels = group.map((channel) => sound.channels[channel] as Float32Array);
      const part = { sampleRate, channels };
      let done = 0;
      for await (const block of voiceBlocks(separator, part, wanted, signal)) {
        subtract(block, part, spans);
        done += 1;
        onProgress?.((index + done / chunkCount(separator, part)) / groups.length);
        await host.clock.breathe();
      }
    }
    return separator.device;
  } finally {
    await separator.close();
  }
}

/** The voice in a short sound, mono, with the same length. */
export async function voiceOf(
  host: Pick<Host, 'clock'>,
  separator: Separator,
  sound: Pcm,
  signal: AbortSignal,
): Promise<Float32Array> {
  const voice = new Float32Array(sound.channels[0]?.length ?? 0);
  const channels = sound.channels.slice(0, 2);
  const all = (): boolean => true;
  for await (const block of voiceBlocks(separator, { ...sound, channels }, all, signal)) {
    for (const found of block.channels) {
      const end = Math.min(found.length, voice.length - block.start);
      for (let i = Math.max(0, -block.start); i < end; i++) {
        const at = block.start + i;
        voice[at]! += found[i]! / block.channels.length;
      }
    }
    await host.clock.breathe();
  }
  return voice;
}

function subtract({ start, channels }: VoiceBlock, sound: Pcm, spans: readonly SpeechSpan[]): void {
  const from = Math.max(0, start);
  const to = Math.min(sound.channels[0]?.length ?? 0, start + (channels[0]?.length ?? 0));
  depthOver(spans, sound.sampleRate, from, to, (index, depth) => {
    channels.forEach((voice, channel) => {
      const samples = sound.channels[channel];
      if (samples) samples[index]! -= depth * voice[index - start]!;
    });
  });
}

/**
 * Which channels belong together, in ffmpeg's order of layouts (mono, stereo, 2.1, 4.0, 5.0, 5.1, 6.1, 7.1); LFE
 * carries no voice and belongs to none.
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
