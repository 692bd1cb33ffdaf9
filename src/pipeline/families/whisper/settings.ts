import { engineFile, type EngineFiles } from '../engine.ts';

/** Transcribe, or translate into English. */
export type Task = 'transcribe' | 'translate';

/** What Whisper's config.json, generation_config.json and tokenizer.json say. */
export interface WhisperSettings {
  readonly startToken: number;
  readonly endToken: number;
  /** `<|nospeech|>`, or `<|nocaptions|>` in older tokenizers; undefined if there is neither. */
  readonly noSpeechToken: number | undefined;
  /** Tokens from here on are timestamps. */
  readonly firstTime: number;
  /** Language token by BCP-47 primary subtag; empty for an English-only model. */
  readonly languages: ReadonlyMap<string, number>;
  /** The task token after the language in the prompt, always without timestamps; an English-only Whisper has none. */
  readonly tasks: Readonly<Record<Task, readonly number[]>>;
  readonly suppressed: readonly number[];
  readonly suppressedAtStart: readonly number[];
  /** Layer and head of the alignment heads, which follow the sound. */
  readonly alignmentHeads: readonly (readonly [layer: number, head: number])[];
  readonly smoothing: number;
  /** Half of the decoder's context, as in OpenAI's implementation. */
  readonly mostTokens: number;
}

interface Configuration {
  readonly decoder_start_token_id: number;
  readonly eos_token_id: number;
  readonly no_timestamps_token_id: number;
  readonly is_multilingual?: boolean;
  readonly lang_to_id?: Readonly<Record<string, number>>;
  readonly task_to_id?: Readonly<Record<string, number>>;
  readonly suppress_tokens?: readonly number[] | null;
  readonly begin_suppress_tokens?: readonly number[] | null;
  readonly alignment_heads?: readonly (readonly [number, number])[];
  readonly median_filter_width?: number;
  readonly max_target_positions?: number;
}

interface TokenizerFile {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/** Where Whisper's name for a language is not its BCP-47 subtag. */
const NAMES: Readonly<Record<string, string>> = { jw: 'jv' };

/** Throws when a file is missing or lacks something recognition needs. */
export function whisperSettings(files: EngineFiles): WhisperSettings {
  const config = {
    ...(json(files, 'config.json') as object),
    // Ours has everything in one file.
    ...('generation_config.json' in files && (json(files, 'generation_config.json') as object)),
  } as Configuration;
  const { added_tokens } = json(files, 'tokenizer.json') as TokenizerFile;
  const noSpeech = added_tokens.find(({ content }) => /^<\|(nospeech|nocaptions)\|>$/.test(content));
  const { alignment_heads: alignmentHeads = [], no_timestamps_token_id: noTimes } = config;
  if (alignmentHeads.length === 0) {
    throw new Error('the configuration names no alignment_heads, without which words have no times');
  }
  const several = config.is_multilingual !== false;
  const task = (name: Task): number[] =>
    several ? [config.task_to_id?.[name] ?? missing('task_to_id'), noTimes] : [noTimes];
  return {
    startToken: config.decoder_start_token_id,
    endToken: config.eos_token_id,
    noSpeechToken: noSpeech?.id,
    firstTime: noTimes + 1,
    languages: new Map(several ? Object.entries(config.lang_to_id ?? {}).map(languageToken) : []),
    tasks: { transcribe: task('transcribe'), translate: task('translate') },
    suppressed: config.suppress_tokens ?? [],
    suppressedAtStart: config.begin_suppress_tokens ?? [],
    alignmentHeads,
    smoothing: config.median_filter_width ?? 7,
    mostTokens: Math.floor((config.max_target_positions ?? 448) / 2),
  };
}

/** `["<|es|>", 50262]` → `["es", 50262]` */
function languageToken([name, id]: [string, number]): [string, number] {
  const tag = name.replace(/^<\||\|>$/g, '');
  return [NAMES[tag] ?? tag, id];
}

function missing(name: string): never {
  throw new Error(`the configuration lacks ${name}`);
}

function json(files: EngineFiles, path: string): unknown {
  return JSON.parse(new TextDecoder().decode(engineFile(files, path)));
}
