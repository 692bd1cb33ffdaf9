import type { Catalogue, ModelEntry } from '../catalogue.ts';
import type { Vocabulary } from '../graph/vocabulary.ts';
import type { Recogniser, Session, Voice } from '../ports.ts';
import type { OpenEngine } from './engine.ts';
import type { Separator } from './separator.ts';

/**
 * A kind of model: what the catalogue, the plan, the chooser and the page need to know about it. The code that runs its
 * models is loaded when one is opened. See docs/how-to-add-a-model.md.
 */
interface Kind<Runtime extends string> {
  /** The `runtime` of its models' rows in the catalogue. */
  readonly runtime: Runtime;
  /** What is wrong with such a row, besides what every model needs: "has no voices". */
  problem?(model: ModelEntry, catalogue: Catalogue): string | undefined;
  /** Makes a model's files from parts in packages; see `Made` in the catalogue. */
  recipe?(): Promise<Recipe>;
}

/** Files by path, from parts by name. The same parts give the same bytes everywhere. */
export type Recipe = (
  parts: ReadonlyMap<string, Uint8Array>,
  options: Readonly<Record<string, number>>,
) => ReadonlyMap<string, Uint8Array>;

/** Recognises speech, in its own worker. */
export interface RecogniserFamily<Runtime extends string = string> extends Kind<Runtime> {
  readonly stage: 'recognise';
  readonly style: Recogniser['style'];
  /** Seconds of a window that it uses; undefined where one utterance is one window. */
  readonly windowSeconds: number | undefined;
  /** How it hears several utterances at once: with several engines, or several windows in one call. */
  readonly together: 'engines' | 'windows';
  engine(): Promise<OpenEngine>;
}

/** Speaks, in its own worker. */
export interface VoiceFamily<Runtime extends string = string> extends Kind<Runtime> {
  readonly stage: 'synthesise';
  /** Whether it follows the requested pace; otherwise it speaks at its own, and only the stretcher changes that. */
  readonly paced: boolean;
  /** Whether speaking takes so long that a line is stretched rather than spoken again. */
  readonly slow: boolean;
  /** Preset voices for a BCP-47 language that the model speaks, best first; empty where it only clones. */
  voices(model: Pick<ModelEntry, 'files'>, language: string): readonly Voice[];
  engine(): Promise<OpenEngine>;
}

/** Changes the tempo of speech, in its own worker. */
export interface StretcherFamily<Runtime extends string = string> extends Kind<Runtime> {
  readonly stage: 'stretch';
  engine(): Promise<OpenEngine>;
}

/** Removes the voice from a sound: one graph, with arithmetic around it. */
export interface SeparatorFamily<Runtime extends string = string> extends Kind<Runtime> {
  readonly stage: 'separate';
  separator(): Promise<(session: Session, model: ModelEntry) => Separator>;
}

/** Translates: an encoder and a decoder in the Marian layout (graph/seq2seq.ts). */
export interface TranslatorFamily<Runtime extends string = string> extends Kind<Runtime> {
  readonly stage: 'translate';
  /** How it is told the languages (BCP-47); undefined if it does not know one of them. */
  languageTokens(
    model: Pick<ModelEntry, 'languages'>,
    vocabulary: Pick<Vocabulary, 'languageToken'>,
    languages: { readonly source: string; readonly target: string },
  ): LanguageTokens | undefined;
}

/** How a multilingual model is told the languages: by tokens before the source, before the output, or both. */
export interface LanguageTokens {
  readonly source: readonly number[];
  readonly forced: readonly number[];
}

/** One graph that its stage runs directly: finds speech, tells speakers apart, or recognises a voice. */
export interface GraphFamily<Runtime extends string = string> extends Kind<Runtime> {
  readonly stage: 'vad' | 'diarise' | 'embed';
}

/** A family whose models run in their own worker. */
export type EngineFamily = RecogniserFamily | VoiceFamily | StretcherFamily;

export type Family = EngineFamily | SeparatorFamily | TranslatorFamily | GraphFamily;
