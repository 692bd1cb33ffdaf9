import type { AudioTrack, DecodedAudio } from '../../media-types.ts';
import type { Run } from '../../run.ts';

/**
 * The sound of a track, decoded: every stage that hears the source comes here.
 * @param want rate in Hz and channels; the track's own when absent
 */
export function decodeTrack(
  { host, request, signal }: Run,
  { index }: AudioTrack,
  want: { readonly sampleRate?: number; readonly channels?: number },
  onProgress?: (fraction: number) => void,
): Promise<DecodedAudio> {
  return host.media.decodeAudio(request.input, { ...want, track: index }, signal, onProgress);
}
