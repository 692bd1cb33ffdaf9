import { joinedSamples } from '../../joined.ts';
import type { Pcm } from '../../media-types.ts';
import type { SpeakRequest } from '../../ports.ts';
import {
  engineFile,
  floats,
  importGlue,
  type Engine,
  type EngineFiles,
  type EngineLoad,
  type EnginePlatform,
} from '../engine.ts';
import { espeakPitch, espeakRange, espeakRate } from './settings.ts';

const SAMPLE_RATE = 22_050;
/** Some twenty minutes of speech; see rewinder(). */
const LONGEST_TEXT_BYTES = 16_384;

interface Speaker {
  /** 0 when the voice exists. */
  set_voice(name: string): number;
  set_rate(wordsPerMinute: number): void;
  set_pitch(pitch: number): void;
  set_range(range: number): void;
  /** Calls back with pieces of 16-bit sound; returning true stops it. */
  synthesize(text: string, receive: (samples: Int16Array | null) => boolean): void;
  /** IPA with `_` between phonemes, one clause per line; `(en)` before a word that it reads as another language's. */
  synthesize_ipa(text: string): { readonly code: number; readonly ipa: string };
}

interface Module {
  readonly HEAP16: Int16Array;
  readonly eSpeakNGWorker: new () => Speaker;
}

type Glue = (settings: { getPreloadedPackage: () => ArrayBuffer }) => Promise<Module>;

/**
 * eSpeak NG: mono speech at 22,050 Hz in more than a hundred languages. It is GPL-3; this file only talks to it, and
 * the engine itself is a separate file and module.
 */
export async function openEspeak(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const { module, speaker } = await openModule(await importGlue(load, platform), load.files);
  const rewind = rewinder(module, speaker);
  return {
    speak(request) {
      rewind();
      return Promise.resolve(speak(speaker, request));
    },
  };
}

/** Gives the phonemes of words. */
export interface Phonemiser {
  /**
   * The phonemes of each word, in IPA, marks of stress before their vowels. Words that are run together are one.
   * @param words without punctuation
   * @param voice eSpeak's name, e.g. `pt-br`
   */
  phonemes(words: string, voice: string): string[][];
}

/** eSpeak NG as the phonemiser of other engines. */
export async function openPhonemiser(glue: unknown, files: EngineFiles): Promise<Phonemiser> {
  const { speaker } = await openModule(glue, files);
  return {
    phonemes(words, voice) {
      if (speaker.set_voice(voice) !== 0) throw new Error(`eSpeak has no voice ${voice}`);
      const { code, ipa } = speaker.synthesize_ipa(plainText(words));
      if (code !== 0) throw new Error(`eSpeak could not read a line (${code})`);
      const sounds = ipa.replace(/\([a-z-]+\)/g, '').split(/\s+/);
      return sounds.map((word) => word.split('_').filter(Boolean)).filter((word) => word.length > 0);
    },
  };
}

async function openModule(glue: unknown, files: EngineFiles): Promise<{ module: Module; speaker: Speaker }> {
  const data = engineFile(files, 'espeak-ng.data');
  const module = await (glue as Glue)({ getPreloadedPackage: () => wholeBuffer(data) });
  return { module, speaker: new module.eSpeakNGWorker() };
}

/**
 * The engine carries the phase of its oscillators over to the next sentence, so a sentence would sound a little
 * different each time. Rewinding its memory makes speech depend only on the request.
 */
function rewinder(module: Module, speaker: Speaker): () => void {
  // The loader keeps a string buffer inside that memory and a pointer to it outside: the first call requests a buffer
  // that is long enough, the second allocates it, and from then on it stays in place.
  const longest = 'x'.repeat(LONGEST_TEXT_BYTES);
  speaker.set_voice(longest);
  speaker.set_voice(longest);
  const fresh = new Uint8Array(module.HEAP16.buffer).slice();
  return () => {
    const memory = new Uint8Array(module.HEAP16.buffer);
    memory.set(fresh);
    memory.fill(0, fresh.length);
  };
}

function speak(speaker: Speaker, request: SpeakRequest): Pcm {
  if (speaker.set_voice(request.voice.id) !== 0) throw new Error(`eSpeak has no voice ${request.voice.id}`);
  const text = plainText(request.text);
  if (new TextEncoder().encode(text).length >= LONGEST_TEXT_BYTES) throw new Error('the line is too long');
  const range = espeakRange(request.f0Range);
  speaker.set_rate(espeakRate(request.pace));
  speaker.set_range(range);
  speaker.set_pitch(espeakPitch(request.medianF0 / request.voice.medianF0, range));
  const pieces: Float32Array[] = [];
  speaker.synthesize(text, (samples) => {
    if (samples !== null && samples.length > 0) pieces.push(floats(samples));
    return false;
  });
  return { sampleRate: SAMPLE_RATE, channels: [joinedSamples(pieces)] };
}

/**
 * The engine reads SSML (`<break time="5s"/>`), entities and `[[phonemes]]`; a line of dialogue contains none of these.
 */
function plainText(text: string): string {
  return text
    .replace(/[<>]|\[\[|\]\]|\p{Cc}/gu, ' ')
    .replace(/&/g, ' & ')
    .trim();
}

function wholeBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return whole ? bytes.buffer : bytes.slice().buffer;
}
