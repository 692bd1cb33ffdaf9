import type { DecodedAudio, Media, MediaFile, Pcm } from '@octavia/pipeline';
import { joinedPlanes } from './joined-planes.ts';

/** A whole track in memory, for the short sounds of tests. */
export async function decoded(
  media: Pick<Media, 'decodeAudio'>,
  file: MediaFile,
  want: Parameters<Media['decodeAudio']>[1],
  signal: AbortSignal,
  onProgress?: (fraction: number) => void,
): Promise<Pcm & Omit<DecodedAudio, 'channels'>> {
  const parts: (readonly Float32Array[])[] = [];
  const found = await media.decodeAudio(
    file,
    want,
    () => (planes) => Promise.resolve(void parts.push(planes.map((plane) => plane.slice()))),
    signal,
    onProgress,
  );
  return { ...found, channels: joinedPlanes(parts, found.channels) };
}
