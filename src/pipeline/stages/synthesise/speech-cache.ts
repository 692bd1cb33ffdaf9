import { decodePcm, encodePcm } from '../../audio/codec.ts';
import { cutSilence, speechBounds } from '../../audio/onset.ts';
import type { ModelEntry } from '../../catalogue.ts';
import { throwIfAborted } from '../../errors.ts';
import { hashOf } from '../../hash.ts';
import type { Pcm, SpeechSpan } from '../../media-types.ts';
import type { Store, Synthesiser } from '../../ports.ts';
import type { SpeakerVoice } from './voices.ts';

/** Finished speech of earlier runs, by content hash; a resumed job finds its lines here. */
export type SpeechCache = Pick<Store, 'get' | 'put'>;

/** Mono speech without the engine's silence at both ends, and where there is speech in it (absent: none was found). */
export interface Spoken {
  readonly pcm: Pcm;
  readonly bounds: SpeechSpan | undefined;
}

export type Speak = (text: string, voice: SpeakerVoice, pace: number, signal: AbortSignal) => Promise<Spoken>;

/** Rounds to audible steps, so that the same line requests the same speech again. */
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/**
 * A function that speaks lines, with a cache. New speech goes through the cache's 16-bit format too, so caching makes
 * no difference to the result.
 */
export function cachedSpeech(synthesiser: Synthesiser, model: ModelEntry, cache: SpeechCache): Speak {
  return async (text, voice, pace, signal) => {
    throwIfAborted(signal);
    const request = {
      text,
      voice: voice.voice,
      pace: round(pace, 3),
      medianF0: round(voice.medianF0, 1),
      f0Range: round(voice.f0Range, 2),
    };
    const key = speechKey(model, request);
    const known = await cache.get(key);
    const cached = known && decodePcm(known);
    if (cached !== undefined) return heard(cached);
    const { sampleRate, channels } = await synthesiser.speak(request, signal);
    const bytes = encodePcm({
      sampleRate,
      channels: [cutSilence(channels[0] ?? new Float32Array(0), sampleRate)],
    });
    throwIfAborted(signal);
    await cache.put(key, bytes);
    return heard(decodePcm(bytes) ?? { sampleRate: 16_000, channels: [new Float32Array(0)] });
  };
}

function heard(pcm: Pcm): Spoken {
  return { pcm, bounds: speechBounds(pcm.channels[0] ?? new Float32Array(0), pcm.sampleRate) };
}

function speechKey(model: ModelEntry, request: Parameters<Synthesiser['speak']>[0]): string {
  const { text, voice, pace, medianF0, f0Range } = request;
  return `${hashOf([model.id, model.revision, voice.id, text, pace, medianF0, f0Range])}.pcm`;
}
