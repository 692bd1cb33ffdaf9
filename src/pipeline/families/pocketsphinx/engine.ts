import type { Word } from '../../media-types.ts';
import {
  engineFile,
  importGlue,
  type Engine,
  type EngineFiles,
  type EngineLoad,
  type EnginePlatform,
} from '../engine.ts';

/** PocketSphinx counts time in frames of 10 ms. */
const FRAMES_PER_SECOND = 100;
/** 256 MiB: must equal the limits that models/pocketsphinx-wasm.ts writes into the wasm. */
const TOTAL_MEMORY = 4096 * 65536;
/** Speech is first brought to this RMS (of 32768); loud speech is misheard otherwise (WER 29 % → 24 %). */
const TARGET_RMS = 2500;
const LARGEST_GAIN = 30;
const MODEL_FOLDER = 'en-us';
const OPTIONS = {
  '-hmm': `/${MODEL_FOLDER}`,
  '-lm': '/en-us.lm.bin',
  '-dict': '/cmudict-en-us.dict',
  '-remove_noise': 'yes',
  '-fwdflat': 'no',
} as const;

interface Vector<T> {
  size(): number;
  get(index: number): T;
  push_back(value: T): void;
  delete(): void;
}

interface Decoder {
  start(): Status;
  process(samples: Vector<number>): Status;
  stop(): Status;
  getHypseg(segments: Vector<Segment>): Status;
}

/** `word` may carry a pronunciation number, `for(3)`; `end` is the last frame, inclusive. */
interface Segment {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

type Status = object;

interface Module {
  readonly ReturnType: { readonly SUCCESS: Status };
  readonly Config: new () => Vector<readonly [string, string]>;
  readonly AudioBuffer: new () => Vector<number>;
  readonly Segmentation: new () => Vector<Segment>;
  readonly Recognizer: new (config: Vector<readonly [string, string]>) => Decoder;
  FS_createPath(parent: string, path: string, canRead: boolean, canWrite: boolean): void;
  FS_createDataFile(
    parent: string,
    name: string,
    bytes: Uint8Array,
    canRead: boolean,
    canWrite: boolean,
    canOwn: boolean,
  ): void;
}

type Glue = (settings: Record<string, unknown>) => void;

/**
 * PocketSphinx (CMU) with its US English model: words in lower case with times, no punctuation.
 * Its loader is the module that models/pocketsphinx-module.ts makes.
 */
export async function openPocketSphinx(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const glue = (await importGlue(load, platform)) as Glue;
  const module = await start(glue, engineFile(load.files, 'pocketsphinx.wasm'));
  install(module, load.files);
  const decoder = openDecoder(module);
  const check = (status: Status): void => {
    if (status !== module.ReturnType.SUCCESS) throw new Error('PocketSphinx refused a call');
  };

  function hear(speech: Float32Array): Word[] {
    const samples = new module.AudioBuffer();
    const segments = new module.Segmentation();
    try {
      for (const sample of levelled(speech)) samples.push_back(sample);
      if (samples.size() === 0) return [];
      check(decoder.start());
      check(decoder.process(samples));
      check(decoder.stop());
      check(decoder.getHypseg(segments));
      return words(segments);
    } finally {
      samples.delete();
      segments.delete();
    }
  }
  return { recognise: (windows) => Promise.resolve(windows.map(hear)) };
}

function start(glue: Glue, wasmBinary: Uint8Array): Promise<Module> {
  return new Promise((resolve, reject) => {
    const module: Record<string, unknown> = {
      TOTAL_MEMORY,
      wasmBinary,
      print: () => undefined,
      printErr: () => undefined,
      onRuntimeInitialized: () => resolve(module as unknown as Module),
      onAbort: (what: unknown) => reject(new Error(`PocketSphinx stopped: ${String(what)}`)),
    };
    glue(module);
  });
}

function install(module: Module, files: EngineFiles): void {
  module.FS_createPath('/', MODEL_FOLDER, true, true);
  for (const [path, bytes] of Object.entries(files)) {
    const [name = path, folder] = path.split('/').reverse();
    if (path.endsWith('.wasm')) continue;
    module.FS_createDataFile(folder === undefined ? '/' : `/${folder}`, name, bytes, true, false, true);
  }
}

function openDecoder(module: Module): Decoder {
  const config = new module.Config();
  for (const option of Object.entries(OPTIONS)) config.push_back(option);
  const decoder = new module.Recognizer(config);
  config.delete();
  return decoder;
}

/** 16-bit samples at the level the model expects. */
function levelled(speech: Float32Array): Int16Array {
  let energy = 0;
  for (const sample of speech) energy += sample * sample;
  const rms = 32768 * Math.sqrt(energy / Math.max(1, speech.length));
  const gain = 32768 * Math.min(LARGEST_GAIN, TARGET_RMS / Math.max(1, rms));
  return Int16Array.from(speech, (sample) => Math.max(-32768, Math.min(32767, Math.round(sample * gain))));
}

function words(segments: Vector<Segment>): Word[] {
  const found: Word[] = [];
  for (let index = 0; index < segments.size(); index++) {
    const { word, start: first, end: last } = segments.get(index);
    // <s>, <sil>, [NOISE], [SPEECH] and the like are not words.
    if (/^[<[]|^\+\+/.test(word)) continue;
    found.push({
      text: word.replace(/\(\d+\)$/, ''),
      start: first / FRAMES_PER_SECOND,
      end: (last + 1) / FRAMES_PER_SECOND,
      confidence: undefined,
    });
  }
  return found;
}
