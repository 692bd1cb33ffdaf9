import { duck, touched } from '../../audio/duck.ts';
import type { Sound, SpeechSpan } from '../../media-types.ts';
import { changed } from '../../sound/sound.ts';

/** What the dub is laid over, made of the source's sound. Times in seconds. */

/** The source, stepping back by `depthDb` during the spans. */
export function lowered(source: Sound, spans: readonly SpeechSpan[], depthDb: number): Sound {
  const ranges = touched(spans, source.sampleRate);
  return changed(source, (planes, from) => duck(planes, from, ranges, depthDb));
}

/** Nothing, as long as the source. */
export function silence(source: Sound): Sound {
  return {
    ...source,
    read: (from, to) =>
      Promise.resolve(
        Array.from({ length: source.channels }, () => new Float32Array(Math.max(0, to - from))),
      ),
  };
}
