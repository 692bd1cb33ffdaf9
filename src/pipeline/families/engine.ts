import type { ModelEntry } from '../catalogue.ts';
import type { Pcm, Word } from '../media-types.ts';
import type { Device, LanguageGuess, Session, SpeakRequest, Tensor } from '../ports.ts';

/** The files of an engine's model by path. */
export type EngineFiles = Readonly<Record<string, Uint8Array>>;

/** What an engine's worker is given to begin with. */
export interface EngineLoad {
  readonly runtime: string;
  /** Where the worker's `import()` finds the loader of the engine or its phonemiser, where either has one. */
  readonly glue: string | undefined;
  /** The model's, and its phonemiser's. */
  readonly files: EngineFiles;
  /** Number type and devices of each graph among the files. */
  readonly graphs: ModelEntry['graphs'];
  readonly languages: ModelEntry['languages'];
}

/** What a host's worker brings for the engines that run in it. */
export interface EnginePlatform {
  /** Imports an ES module by its address and returns its default export; the host's own `import()`. */
  importGlue(address: string): Promise<unknown>;
  /** What of the wish is to be had here, best first; the CPU is always the last. */
  usable(devices: readonly Device[]): Promise<readonly Device[]>;
  /** What ONNX Runtime calls each device here, and the provider that stands for it. */
  readonly providers: Readonly<Record<Device, { readonly name: string; readonly provider: object }>>;
  /** What ONNX Runtime is told of every session, besides where it runs. */
  readonly sessionOptions: object;
  /** Opens a graph on the first of the devices that takes it; it holds no more memory than it needs. */
  open(graph: Uint8Array, devices: readonly Device[]): Promise<Session>;
  /** Sets ONNX Runtime's environment: where its wasm lies, how many threads it has. */
  configure(environment: object): Promise<void>;
}

/** What an engine's worker offers; each engine answers what it can. Calls run one after another. */
export interface EngineApi {
  /** @returns where it runs */
  load(load: EngineLoad): Promise<Device>;
  detect(windows: readonly Float32Array[]): Promise<LanguageGuess>;
  recognise(windows: readonly Float32Array[], language: string): Promise<Word[][]>;
  /** @returns what is said in each window, in the model's target language */
  translate(windows: readonly Float32Array[], language: string): Promise<string[]>;
  /** @param reference mono @returns what `speak` needs to know of the speaker */
  learn(reference: Float32Array, sampleRate: number): Promise<Record<string, Tensor>>;
  speak(request: SpeakRequest): Promise<Pcm>;
  stretch(samples: Float32Array, sampleRate: number, tempo: number): Promise<Float32Array>;
}

/** An engine at work in this thread: the calls it answers. */
export type Engine = Partial<Omit<EngineApi, 'load'>> & { readonly device?: Device };

/** Starts an engine in the worker it runs in. */
export type OpenEngine = (load: EngineLoad, platform: EnginePlatform) => Promise<Engine>;

/** What the loader exports of an engine, or its phonemiser, that has one. */
export async function importGlue({ glue }: EngineLoad, platform: EnginePlatform): Promise<unknown> {
  if (glue === undefined) throw new Error('the engine lacks its loader');
  return platform.importGlue(glue);
}

/** A file an engine cannot do without. */
export function engineFile(files: EngineFiles, path: string): Uint8Array<ArrayBuffer> {
  const bytes = files[path];
  if (bytes === undefined) throw new Error(`the engine lacks its file ${path}`);
  return bytes as Uint8Array<ArrayBuffer>;
}

/** Signed 16-bit samples as floats in −1…1. */
export function floats(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32768);
}
