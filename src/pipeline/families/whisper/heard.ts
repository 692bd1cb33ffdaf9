import { primaryLanguage } from '../../language/tags.ts';
import type { Word } from '../../media-types.ts';
import type { LanguageGuess } from '../../ports.ts';
import type { EngineApi } from '../engine.ts';
import { SAMPLE_RATE } from './mel.ts';
import { probability, type Row } from './row.ts';
import type { Task, WhisperSettings } from './settings.ts';
import { FRAME_SECONDS, timedWords } from './words.ts';

/** What all forms of Whisper share: the prompt, and what the answers mean. */

/** Above this the model thinks nothing is said; words it is also unsure of are dropped (Whisper's defaults). */
const NO_SPEECH = 0.6;
const LITTLE_TRUST = -1;

/** Frames of the encoder's output for the sound, without the silence after it. */
export function framesOf(window: Float32Array, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(window.length / SAMPLE_RATE / FRAME_SECONDS)));
}

/** What the decoder reads first. @param language BCP-47 */
function promptOf(settings: WhisperSettings, language: string, task: Task): number[] {
  return [settings.startToken, ...languageToken(settings, language), ...settings.tasks[task]];
}

function languageToken({ languages }: WhisperSettings, language: string): number[] {
  if (languages.size === 0) return [];
  const token = languages.get(primaryLanguage(language));
  if (token === undefined) throw new Error(`this Whisper does not understand "${language}"`);
  return [token];
}

type Decode = (tokens: readonly number[]) => string;

/** The calls of an engine that can decode. @param rowsOf a row for each window, in order */
export function hearing(
  rowsOf: (windows: readonly Float32Array[], prompt: readonly number[]) => Promise<readonly Row[]>,
  settings: WhisperSettings,
  decode: Decode,
): Pick<EngineApi, 'recognise' | 'translate'> {
  return {
    async recognise(windows, language) {
      const prompt = promptOf(settings, language, 'transcribe');
      const rows = await rowsOf(windows, prompt);
      return rows.map((row) => wordsOf(row, prompt.length, settings, decode));
    },
    async translate(windows, language) {
      const rows = await rowsOf(windows, promptOf(settings, language, 'translate'));
      return rows.map((row) => (isSilent(row) ? '' : decode(row.tokens).trim()));
    },
  };
}

function wordsOf(
  row: Row,
  prompt: number,
  { alignmentHeads, smoothing }: WhisperSettings,
  decode: Decode,
): Word[] {
  if (isSilent(row)) return [];
  return timedWords(row, { heads: alignmentHeads.length, frames: row.frames, prompt, smoothing }, decode);
}

function isSilent({ noSpeech, meanLogProb, tokens }: Row): boolean {
  return tokens.length === 0 || (noSpeech > NO_SPEECH && meanLogProb < LITTLE_TRUST);
}

/**
 * The language with the highest mean probability over the windows, among the languages.
 * @param windows scores of every token after the start token
 */
export function guess(windows: readonly Float32Array[], { languages }: WhisperSettings): LanguageGuess {
  const names = [...languages.keys()];
  const means = names.map(() => 0);
  for (const window of windows) {
    const scores = Float32Array.from(languages.values(), (id) => window[id] ?? -Infinity);
    for (const index of names.keys()) means[index]! += probability(scores, index) / windows.length;
  }
  const best = means.indexOf(Math.max(...means));
  return { language: names[best] ?? 'en', confidence: means[best] ?? 0 };
}
