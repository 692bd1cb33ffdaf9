/** The files of a Whisper that `prepareWhisper` made. */
export const PREPARED = {
  encoder: 'onnx/whisper_encoder.onnx',
  decoder: 'onnx/whisper_decoder.onnx',
  config: 'config.json',
  tokenizer: 'tokenizer.json',
} as const;
