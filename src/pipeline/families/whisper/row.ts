import { endsInLoop } from '../../graph/loops.ts';
import type { WhisperSettings } from './settings.ts';
import type { DecodedWindow } from './words.ts';

/** How many of the best tokens may be refused because they would continue a loop. */
export const CHOICES = 4;
/** Nobody repeats anything more often in one breath, but Whisper in a loop does. */
const MOST_REPEATS = 5;

/** A token that may come next. */
export interface Choice {
  readonly token: number;
  readonly logProb: number;
}

/** One window being decoded. */
export class Row implements DecodedWindow {
  readonly tokens: number[] = [];
  readonly probabilities: number[] = [];
  readonly looks: Float32Array[] = [];
  /** Probability that nothing is said, as the model sees it. */
  noSpeech = 0;
  ended = false;
  /** Frames of the encoder's output that represent sound. */
  readonly frames: number;
  readonly #settings: WhisperSettings;
  #logProb = 0;

  constructor(frames: number, settings: WhisperSettings) {
    this.frames = frames;
    this.#settings = settings;
  }

  /** The tokens to read next. */
  get last(): number {
    return this.ended ? this.#settings.endToken : (this.tokens.at(-1) ?? this.#settings.endToken);
  }

  /** Mean log-probability of its tokens, the end included. */
  get meanLogProb(): number {
    return this.#logProb / (this.tokens.length + 1);
  }

  /** @param scores of every token after the start token */
  hear(scores: Float32Array): void {
    const { noSpeechToken } = this.#settings;
    if (noSpeechToken !== undefined) this.noSpeech = probability(scores, noSpeechToken);
  }

  /** Remembers where the alignment heads looked when a token was read. @param look gives one head's frames */
  look(look: (head: number) => Float32Array): void {
    if (this.ended) return;
    const heads = this.#settings.alignmentHeads.length;
    const kept = new Float32Array(heads * this.frames);
    for (let head = 0; head < heads; head++) {
      kept.set(look(head).subarray(0, this.frames), head * this.frames);
    }
    this.looks.push(kept);
  }

  /** Takes the best token that does not continue a loop. @param choices best first */
  take(choices: readonly Choice[]): void {
    if (this.ended) return;
    const choice = choices.find(({ token }) => !endsInLoop([...this.tokens, token], MOST_REPEATS));
    this.#logProb += choice?.logProb ?? 0;
    this.ended = choice === undefined || choice.token === this.#settings.endToken;
    this.ended ||= this.tokens.length >= this.#settings.mostTokens;
    if (this.ended || choice === undefined) return;
    this.tokens.push(choice.token);
    this.probabilities.push(Math.exp(choice.logProb));
  }
}

/** Softmax of one score. */
export function probability(scores: Float32Array, index: number): number {
  const max = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const sum = scores.reduce((total, score) => total + Math.exp(score - max), 0);
  return Math.exp((scores[index] ?? -Infinity) - max) / sum;
}
