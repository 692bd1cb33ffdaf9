import type { ModelEntry, Pcm, SpeakRequest, Stretcher, Synthesiser, Voice } from '@octavia/pipeline';
import { resample } from '@octavia/pipeline/audio/resample';
import { burst, mixInto, silence } from '../sound/signals.ts';

const RATE = 22050;

export const VOICES: readonly Voice[] = [
  { id: 'es+m', language: 'es', gender: 'male', medianF0: 105 },
  { id: 'es+f', language: 'es', gender: 'female', medianF0: 205 },
  { id: 'es+f2', language: 'es', gender: 'female', medianF0: 190 },
];

export const MODEL: ModelEntry = {
  id: 'fake',
  stage: 'synthesise',
  runtime: 'espeak-ng',
  title: 'Fake',
  revision: '1',
  files: [],
  languages: {},
  licence: { spdx: 'MIT', nonCommercial: false },
  memoryBytes: 0,
  rtf: 0,
  facts: [],
};

/** Seconds the fake needs for a text at normal pace: more per letter in one text than in another. */
export function naturalSeconds(text: string): number {
  const letters = text.replace(/[^\p{L}]/gu, '').length;
  const liveliness =
    0.85 + 0.3 * (([...text].reduce((sum, c) => sum + (c.codePointAt(0) ?? 0), 0) % 97) / 97);
  return letters === 0 ? 0 : Math.max(0.12, 0.06 * letters * liveliness);
}

/** Speaks tones with silence around them; counts what it was asked for. */
export function fakeSynthesiser(): Synthesiser & { readonly requests: SpeakRequest[] } {
  const requests: SpeakRequest[] = [];
  return {
    requests,
    device: 'cpu',
    paced: true,
    slow: false,
    voices: (language) => VOICES.filter((voice) => voice.language === language.split('-')[0]),
    speak(request) {
      requests.push(request);
      // An engine's pace is never quite what was asked for.
      const seconds = naturalSeconds(request.text) / (1 + 0.94 * (request.pace - 1));
      const samples = silence(seconds + 0.25, RATE);
      if (seconds > 0) mixInto(samples, burst(seconds, RATE, { f0: request.medianF0 }), 0.07, RATE);
      return Promise.resolve({ sampleRate: RATE, channels: [samples] } satisfies Pcm);
    },
    close: () => Promise.resolve(),
  };
}

/** Changes the length (and, being a fake, the pitch). */
export function fakeStretcher(): Stretcher & { readonly tempos: number[] } {
  const tempos: number[] = [];
  return {
    tempos,
    stretch(samples, sampleRate, tempo) {
      tempos.push(tempo);
      return Promise.resolve(resample(samples, Math.round(sampleRate * tempo), sampleRate));
    },
    close: () => Promise.resolve(),
  };
}

export function memoryCache() {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    get: (key: string) => Promise.resolve(kept.get(key)),
    put: (key: string, value: Uint8Array) => {
      kept.set(key, value);
      return Promise.resolve();
    },
  };
}
