import { depthOver, touched, within } from '../../audio/duck.ts';
import type { Sound, SpeechSpan } from '../../media-types.ts';
import { changed } from '../../sound/sound.ts';

/**
 * The source less the voice in it, during the spans (seconds, with short ramps around them); elsewhere it stays as it
 * is to the bit.
 */
export function withoutVoice(source: Sound, voice: Sound, spans: readonly SpeechSpan[]): Sound {
  const ranges = touched(spans, source.sampleRate);
  return changed(source, async (planes, from, to) => {
    if (within(ranges, from, to).length === 0) return;
    const taken = await voice.read(from, to);
    depthOver(ranges, from, to, (index, depth) => {
      planes.forEach((samples, channel) => {
        samples[index - from]! -= depth * taken[channel]![index - from]!;
      });
    });
  });
}
