import type { ModelEntry, Recogniser, Synthesiser, Voice } from '@octavia/pipeline';
import { phonemiserOf } from '@octavia/pipeline/catalogue';
import { resample } from '@octavia/pipeline/audio/resample';
import { compact } from '@octavia/pipeline/compact';
import { joinedSamples } from '@octavia/pipeline/joined';
import { wordErrorRate } from '@octavia/pipeline/language/word-error-rate';
import type { NodeHost } from '../../../gpu-worker/host.ts';
import { chrf } from '../metrics.ts';
import { watchedEngines } from './engines.ts';
import { SENTENCES, type SpokenLanguage } from './sentences.ts';

/** Hz, of what recognisers are given. */
const HEARD_RATE = 16_000;
/** Samples between two sentences, and the most in one window. */
const PAUSE = 0.6 * HEARD_RATE;
const WINDOW = 29 * HEARD_RATE;

/** How a voice is understood. */
interface VoiceScore {
  readonly voice: Voice;
  readonly language: SpokenLanguage;
  /** Words that are recognised again, in percent. */
  readonly recognised: number;
  /** What the recogniser says in English of it, chrF against the English sentences; where it can. */
  readonly drafted?: number;
}

export interface EngineScore {
  readonly model: ModelEntry;
  readonly voices: readonly VoiceScore[];
  readonly cpuPerSecond: number;
  readonly peakBytes: number;
}

/**
 * Has voices say the sentences of their language, and a recogniser hear them.
 * @param most voices of each language, the best first
 */
export async function scoreVoices(
  host: NodeHost,
  model: ModelEntry,
  { languages, most }: { readonly languages: readonly SpokenLanguage[]; readonly most: number },
  listener: Recogniser,
  signal: AbortSignal,
): Promise<EngineScore> {
  const watched = watchedEngines(host);
  const engine = await watched.engines.synthesiser(model, signal, phonemiserOf(host.catalogue, model));
  try {
    const begun = watched.used().cpuSeconds;
    let seconds = 0;
    const voices: VoiceScore[] = [];
    for (const language of languages) {
      for (const voice of engine.voices(language).slice(0, most)) {
        const sounds = await speakAll(engine, voice, SENTENCES[language], signal);
        seconds += sounds.reduce((sum, { length }) => sum + length / HEARD_RATE, 0);
        const windows = windowsOf(sounds);
        const again = await recognised(listener, windows, language, signal);
        const isFirst = voices.every((score) => score.language !== language);
        const drafted = isFirst ? await draftedScore(listener, windows, language, signal) : undefined;
        voices.push({ voice, language, recognised: again, ...compact({ drafted }) });
      }
    }
    const { cpuSeconds, peakBytes } = watched.used();
    return { model, voices, cpuPerSecond: (cpuSeconds - begun) / seconds, peakBytes };
  } finally {
    await engine.close();
  }
}

async function speakAll(
  engine: Synthesiser,
  voice: Voice,
  sentences: readonly string[],
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const sounds: Float32Array[] = [];
  for (const text of sentences) {
    const request = { text, voice, pace: 1, medianF0: voice.medianF0, f0Range: 1 };
    const { channels, sampleRate } = await engine.speak(request, signal);
    sounds.push(resample(channels[0] ?? new Float32Array(), sampleRate, HEARD_RATE));
  }
  return sounds;
}

/** What is heard at once, as in a dub: sentences with a pause between them, as many as a window holds. */
async function recognised(
  listener: Recogniser,
  windows: readonly Float32Array[],
  language: SpokenLanguage,
  signal: AbortSignal,
): Promise<number> {
  const heard: string[] = [];
  for (let first = 0; first < windows.length; first += listener.takes.windows) {
    const some = windows.slice(first, first + listener.takes.windows);
    const lines = await listener.recognise(some, language, signal);
    heard.push(...lines.map((words) => words.map(({ text }) => text).join(' ')));
  }
  return 100 * (1 - wordErrorRate(SENTENCES[language].join(' '), heard.join(' ')));
}

async function draftedScore(
  listener: Recogniser,
  windows: readonly Float32Array[],
  language: SpokenLanguage,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (listener.translate === undefined || language === 'en') return undefined;
  const said: string[] = [];
  for (let first = 0; first < windows.length; first += listener.takes.windows) {
    const some = windows.slice(first, first + listener.takes.windows);
    said.push(...(await listener.translate(some, language, signal)));
  }
  return chrf([said.join(' ')], [SENTENCES.en.join(' ')]);
}

function windowsOf(sounds: readonly Float32Array[]): Float32Array[] {
  const windows: Float32Array[][] = [];
  let filled = Infinity;
  for (const sound of sounds) {
    if (filled + PAUSE + sound.length > WINDOW) {
      windows.push([]);
      filled = 0;
    }
    windows.at(-1)?.push(sound);
    filled += sound.length + PAUSE;
  }
  return windows.map((pieces) => joinedSamples(pieces, PAUSE));
}
