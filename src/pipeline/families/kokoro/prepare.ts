import { OctaviaError } from '../../errors.ts';
import { renameValues } from '../../graph/onnx/rename.ts';

/** The names of the graph's input and output in kokoro-onnx and in the hub's export. */
const NAMES = { tokens: 'input_ids', audio: 'waveform' };

/** Begins, ends and fills up every text. */
const END = '$';

/**
 * Kokoro's files as its hub has them, made from the parts in packages: the graph of kokoro-onnx (`model.onnx`) and its
 * vocabulary (`vocab.json`: `{ vocab: { symbol: id } }`). The same parts give the same bytes everywhere.
 */
export function prepareKokoro(parts: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  return new Map([
    ['onnx/model_quantized.onnx', renameValues(part(parts, 'model.onnx'), NAMES)],
    ['config.json', json({ model_type: 'style_text_to_speech_2' })],
    ['tokenizer.json', json(tokenizer(part(parts, 'vocab.json')))],
    [
      'tokenizer_config.json',
      json({
        model_max_length: 512,
        pad_token: END,
        tokenizer_class: 'PreTrainedTokenizer',
        unk_token: END,
      }),
    ],
  ]);
}

/** A tokenizer of single symbols in the form of the hub's library. */
function tokenizer(vocabulary: Uint8Array): object {
  const { vocab } = JSON.parse(new TextDecoder().decode(vocabulary)) as { vocab: Record<string, number> };
  const symbols = { [END]: 0, ...vocab };
  const end = { SpecialToken: { id: END, type_id: 0 } };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'Replace',
      pattern: { Regex: `[^${Object.keys(symbols).join('')}]` },
      content: '',
    },
    pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
    post_processor: {
      type: 'TemplateProcessing',
      single: [end, { Sequence: { id: 'A', type_id: 0 } }, end],
      special_tokens: { [END]: { id: END, ids: [0], tokens: [END] } },
    },
    decoder: null,
    model: { vocab: symbols },
  };
}

function part(parts: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const found = parts.get(name);
  if (found === undefined) throw new OctaviaError('model.missing', `The part ${name} is missing.`);
  return found;
}

/** As the hub's tools write it: in lines, and with escapes for all that is not ASCII. */
function json(value: object): Uint8Array {
  const text = JSON.stringify(value, undefined, 2).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new TextEncoder().encode(text);
}
