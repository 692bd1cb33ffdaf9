import type { SpeakRequest, Synthesiser } from '../../ports.ts';
import type { SpeakerVoice } from './voices.ts';
import { faultIn, type Listen } from './clone-check.ts';

/** The first attempt, and two with other seeds. */
const ATTEMPTS = 3;

export interface CloneTools {
  readonly cloner: Synthesiser;
  /** Speaks with preset voices. */
  readonly preset: Synthesiser;
  /** Who speaks instead, by id of the cloned voice. */
  readonly instead: ReadonlyMap<string, SpeakerVoice>;
  readonly listen: Listen | undefined;
  /** What is said in the references, by id of the cloned voice, as far as known. */
  readonly references: ReadonlyMap<string, string>;
  /** Called with each text that a preset voice had to say. */
  readonly onFallback: (request: SpeakRequest) => void;
}

/**
 * Speaks with cloned voices and checks the result; a line that is still wrong after two retries is said by a preset
 * voice. Requests for preset voices go straight to their synthesiser. Whoever opened the two closes them.
 */
export function checkedSpeaking(tools: CloneTools): Synthesiser {
  const { cloner, preset, instead, listen, references, onFallback } = tools;
  return {
    get device() {
      return cloner.device;
    },
    get lost() {
      return cloner.lost;
    },
    paced: cloner.paced,
    slow: cloner.slow,
    voices: (language) => preset.voices(language),
    async speak(request, signal) {
      const other = instead.get(request.voice.id);
      if (other === undefined) return preset.speak(request, signal);
      const reference = references.get(request.voice.id);
      for (let seed = 0; seed < ATTEMPTS; seed++) {
        const pcm = await cloner.speak({ ...request, seed }, signal);
        if ((await faultIn(request.text, pcm, listen, reference)) === undefined) return pcm;
      }
      onFallback(request);
      const { voice, medianF0, f0Range } = other;
      return preset.speak({ ...request, voice, medianF0, f0Range }, signal);
    },
    close: () => Promise.resolve(),
  };
}
