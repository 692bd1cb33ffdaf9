import { throwIfAborted } from '../errors.ts';
import type { Media, MediaFile } from '../ports.ts';
import { decodeAudio } from './decode.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { fingerprint } from './fingerprint.ts';
import { bounded, checkWithin, MEDIA_LIMITS, type MediaLimits } from './limits.ts';
import { mux } from './mux.ts';
import type { Probed } from './probe.ts';
import { probe } from './probe.ts';

/** The Media port of every host: the same arguments and rules for whichever ffmpeg it provides. */
export function createMedia(brought: Ffmpeg, limits: MediaLimits = MEDIA_LIMITS): Media {
  const ffmpeg = bounded(brought, limits);
  const known = new WeakMap<MediaFile, Promise<Probed>>();

  function probed(file: MediaFile, signal: AbortSignal): Promise<Probed> {
    const before = known.get(file);
    if (before) return before;
    const asked = probe(ffmpeg, file, signal).then((found) => checkWithin(found, limits));
    known.set(file, asked);
    asked.catch(() => known.delete(file));
    return asked;
  }

  return {
    async probe(file, signal) {
      throwIfAborted(signal);
      return (await probed(file, signal)).info;
    },
    fingerprint: (file, signal) => fingerprint(ffmpeg, file, signal),
    async decodeAudio(file, want, begin, signal, onProgress) {
      throwIfAborted(signal);
      return decodeAudio(ffmpeg, file, await probed(file, signal), want, begin, { signal, onProgress });
    },
    async mux(request, signal, onProgress) {
      throwIfAborted(signal);
      return mux(ffmpeg, request, await probed(request.source, signal), signal, onProgress);
    },
  };
}
