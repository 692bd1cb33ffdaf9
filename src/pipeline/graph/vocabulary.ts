import { Tokenizer } from '@huggingface/tokenizers';
import { primaryLanguage } from '../language/tags.ts';

/** Text to token ids and back, by tokenizer.json. */
export interface Vocabulary {
  /** With the end token. */
  encode(text: string): number[];
  decode(tokens: readonly number[]): string;
  /** Whether the tokenizer has tokens for the whole text. */
  knows(text: string): boolean;
  /** A multilingual model's token for this language (`>>spa<<`, `__es__`), where it has one. */
  languageToken(language: string): number | undefined;
  readonly unknown: number | undefined;
}

/** The ISO 639-3 codes used in Marian models' tags, for languages whose code does not begin with the two-letter one. */
const ISO_639_3: Readonly<Record<string, string>> = {
  en: 'eng',
  es: 'spa',
  fr: 'fra',
  de: 'deu',
  it: 'ita',
  pt: 'por',
  nl: 'nld',
  pl: 'pol',
  ru: 'rus',
  ca: 'cat',
  ro: 'ron',
};

/** @param json parsed tokenizer.json @param config parsed tokenizer_config.json @param endToken id of `</s>` */
export function openVocabulary(json: object, config: object, endToken: number): Vocabulary {
  const tokenizer = new Tokenizer(json, config);
  const unknown = tokenizer.token_to_id('<unk>');
  const encode = (text: string): number[] => {
    // Without the file's own template: some put one fixed language first.
    const { ids } = tokenizer.encode(text.trim().replace(/\s+/g, ' '), { add_special_tokens: false });
    return [...ids, endToken];
  };
  return {
    encode,
    decode: (tokens) =>
      tokenizer
        .decode([...tokens], { skip_special_tokens: true, clean_up_tokenization_spaces: false })
        .trim(),
    knows: (text) => unknown === undefined || !encode(text).includes(unknown),
    languageToken(language) {
      const primary = primaryLanguage(language);
      for (const tag of [ISO_639_3[primary], primary, language]) {
        for (const name of [`>>${tag}<<`, `__${tag}__`]) {
          const id = tokenizer.token_to_id(name);
          if (id !== undefined) return id;
        }
      }
      return undefined;
    },
    unknown,
  };
}
