import { BETWEEN_F0, measurePitch } from '../audio/f0.ts';
import type { ModelEntry } from '../catalogue.ts';
import { familyOf } from '../families/index.ts';
import { hashOfBytes } from '../hash.ts';
import { spokenForm } from '../language/spoken/index.ts';
import { speaks } from '../language/tags.ts';
import type { Pcm } from '../media-types.ts';
import type { Engines, Recogniser, Synthesiser, Voice } from '../ports.ts';
import { LastingEngine } from './lasting.ts';
import { soundLimit, textLimit } from './limit.ts';
import type { EngineHost } from './start.ts';

/** Sample rate of the sound for recognisers, in Hz. */
const HEARD_RATE = 16_000;

/** The engines port, with each engine in its own worker, which an abort or a close ends at once. */
export function hostEngines(host: EngineHost): Engines {
  return {
    recogniser: async (model, signal, onRestart) =>
      recogniser(model, await LastingEngine.open({ host, model, onRestart }, signal), host.windows),
    synthesiser: async (model, signal, phonemiser, onRestart) =>
      synthesiser(model, await LastingEngine.open({ host, model, phonemiser, onRestart }, signal)),
    async stretcher(model, signal, onRestart) {
      const engine = await LastingEngine.open({ host, model, onRestart }, signal);
      return {
        stretch: (samples, sampleRate, tempo) =>
          engine.run(soundLimit(model, samples.length / sampleRate), (api) =>
            api.stretch(samples, sampleRate, tempo),
          ),
        close: () => engine.close(),
      };
    },
  };
}

function recogniser(model: ModelEntry, engine: LastingEngine, windows: number): Recogniser {
  const { style, windowSeconds, together } = familyOf(model, 'recognise');
  // Some engines take as long for a short window as for a full one.
  const limit = (sounds: readonly Float32Array[]): number =>
    soundLimit(
      model,
      sounds.reduce((sum, { length }) => sum + Math.max(windowSeconds ?? 0, length / HEARD_RATE), 0),
    );
  return {
    get device() {
      return engine.device;
    },
    get lost() {
      return engine.lost;
    },
    style,
    takes: { windows: together === 'windows' ? windows : 1, seconds: windowSeconds },
    ...((model.languages.source?.length ?? 0) > 1 && {
      detect: (sounds, signal) => engine.run(limit(sounds), (api) => api.detect(sounds), signal),
    }),
    recognise: (sounds, language, signal) =>
      engine.run(limit(sounds), (api) => api.recognise(sounds, language), signal),
    ...(model.languages.target && {
      translate: (sounds, language, signal) =>
        engine.run(limit(sounds), (api) => api.translate(sounds, language), signal),
    }),
    close: () => engine.close(),
  };
}

function synthesiser(model: ModelEntry, engine: LastingEngine): Synthesiser {
  const family = familyOf(model, 'synthesise');
  const spoken = model.languages.target ?? [];
  return {
    get device() {
      return engine.device;
    },
    get lost() {
      return engine.lost;
    },
    paced: family.paced,
    slow: family.slow,
    voices: (language) => (speaks(spoken, language) ? family.voices(model, language) : []),
    ...(model.clones && {
      clone: (reference, language, signal) => clone(model, engine, reference, language, signal),
    }),
    speak(request, signal) {
      const text = spokenForm(request.text, request.voice.language);
      return engine.run(textLimit(model, text), (api) => api.speak({ ...request, text }), signal);
    },
    close: () => engine.close(),
  };
}

async function clone(
  model: ModelEntry,
  engine: LastingEngine,
  { channels: [samples = new Float32Array()], sampleRate }: Pcm,
  language: string,
  signal: AbortSignal,
): Promise<Voice> {
  const limit = soundLimit(model, samples.length / sampleRate);
  const learnt = await engine.run(limit, (api) => api.learn(samples, sampleRate), signal);
  const medianF0 = measurePitch([samples], sampleRate)?.median ?? BETWEEN_F0;
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const gender = medianF0 > BETWEEN_F0 ? 'female' : 'male';
  return { id: `clone-${hashOfBytes(bytes)}`, language, gender, medianF0, learnt };
}
