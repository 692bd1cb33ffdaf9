/** What recognition needs to know about a Whisper model, as in the hub's config.json and generation_config.json. */
export interface WhisperConfiguration {
  readonly decoder_start_token_id: number;
  readonly eos_token_id: number;
  readonly no_timestamps_token_id: number;
  readonly is_multilingual: boolean;
  readonly lang_to_id: Readonly<Record<string, number>>;
  readonly task_to_id: Readonly<Record<string, number>>;
  readonly suppress_tokens: readonly number[];
  readonly begin_suppress_tokens: readonly number[];
  readonly alignment_heads: readonly (readonly [number, number])[];
}

interface CTranslate2Config {
  readonly alignment_heads: readonly (readonly [number, number])[];
  readonly lang_ids?: readonly number[];
  readonly suppress_ids?: readonly number[];
  readonly suppress_ids_begin?: readonly number[];
}

interface TokenizerFile {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/** @throws Error when the tokenizer lacks one of Whisper's marks */
export function configurationOf(config: Uint8Array, tokenizer: Uint8Array): WhisperConfiguration {
  const given = parsed(config) as CTranslate2Config;
  const { added_tokens } = parsed(tokenizer) as TokenizerFile;
  const ids = new Map(added_tokens.map(({ content, id }) => [content, id]));
  const languages = new Set(given.lang_ids ?? []);
  const mark = (name: string): number => {
    const id = ids.get(`<|${name}|>`);
    if (id === undefined) throw new Error(`tokenizer.json has no <|${name}|>`);
    return id;
  };
  return {
    decoder_start_token_id: mark('startoftranscript'),
    eos_token_id: mark('endoftext'),
    no_timestamps_token_id: mark('notimestamps'),
    is_multilingual: languages.size > 0,
    lang_to_id: Object.fromEntries([...ids].filter(([, id]) => languages.has(id))),
    task_to_id: { transcribe: mark('transcribe'), translate: mark('translate') },
    suppress_tokens: given.suppress_ids ?? [],
    begin_suppress_tokens: given.suppress_ids_begin ?? [],
    alignment_heads: given.alignment_heads,
  };
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
