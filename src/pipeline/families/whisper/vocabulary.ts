interface TokenizerFile {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/**
 * Reads tokens as text. Whisper's tokens are bytes, not characters: a single token may be part of one.
 * @param tokenizer the model's tokenizer.json
 */
export function readTokens(tokenizer: Uint8Array): (tokens: readonly number[]) => string {
  const { model } = JSON.parse(new TextDecoder().decode(tokenizer)) as TokenizerFile;
  const bytesOf = byteLetters();
  const pieces = new Map<number, Uint8Array>();
  for (const [piece, id] of Object.entries(model.vocab)) {
    pieces.set(
      id,
      Uint8Array.from(piece, (letter) => bytesOf.get(letter) ?? 0),
    );
  }
  const decoder = new TextDecoder();
  // Marks (`<|en|>`) are not in the vocabulary, so they produce no text.
  return (tokens) => {
    const parts = tokens.flatMap((token) => pieces.get(token) ?? []);
    return decoder.decode(Uint8Array.from(parts.flatMap((part) => [...part])));
  };
}

/**
 * The letter that stands for each byte in byte-level vocabularies (GPT-2's bytes_to_unicode): itself where it is
 * printed, else the next one from U+0100 on.
 */
function byteLetters(): Map<string, number> {
  const printed = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  const letters = new Map<string, number>();
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    letters.set(String.fromCharCode(printed(byte) ? byte : next++), byte);
  }
  return letters;
}
