import { saturateWasm } from './saturate-wasm.ts';

/** 256 MiB: the en-us model takes 100, a dozen seconds of speech searched without pruning some 60 more. */
const MEMORY_PAGES = 4096;

/**
 * `i32.const 0, i32.const 0, call 1097`: where Recognizer::process (psRecognizer.cpp) calls ps_process_raw
 * with no_search = 0 and full_utt = 0. The only call of that function with two zeros in the module.
 */
const PROCESS_STREAM = [0x41, 0x00, 0x41, 0x00, 0x10, 0xc9, 0x08];
const FULL_UTTERANCE_OFFSET = 3;

/**
 * Makes PocketSphinx's wasm run (see saturate-wasm.ts), and hear an utterance as a whole: with full_utt = 1
 * the cepstral mean is that of the utterance (`-cmn batch`, as its model asks for). As a stream it would creep
 * from a default, or from whoever spoke before, towards the voice: the first seconds are misheard (WER 41 %
 * instead of 24 % over six recordings of read speech), and the same sound gives other words after other sounds.
 */
export function pocketSphinxWasm(wasm: Uint8Array): Uint8Array {
  const bytes = Buffer.from(wasm);
  const pattern = Buffer.from(PROCESS_STREAM);
  const at = bytes.indexOf(pattern);
  if (at < 0 || bytes.includes(pattern, at + 1)) throw new Error('this is not the known PocketSphinx');
  bytes[at + FULL_UTTERANCE_OFFSET] = 1;
  return saturateWasm(bytes, MEMORY_PAGES).wasm;
}
