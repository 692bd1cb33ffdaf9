import type { ModelEntry } from '../catalogue.ts';
import type { Pcm, Word } from '../media-types.ts';
import type { Device, LanguageGuess, Session, SpeakRequest, Tensor } from '../ports.ts';

/** The files of an engine's model by path. */
export type EngineFiles = Readonly<Record<string, Uint8Array>>;

/** What an engine's worker is started with. */
export interface EngineLoad {
  readonly runtime: string;
  /** The address of the loader of the engine or its phonemiser, for the worker's `import()`, where either has one. */
  readonly glue: string | undefined;
  /** The model's, and its phonemiser's. */
  readonly files: EngineFiles;
  /** Number type and devices of each graph among the files. */
  readonly graphs: ModelEntry['graphs'];
  readonly languages: ModelEntry['languages'];
}

/** What a host's worker provides for the engines that run in it. */
export interface EnginePlatform {
  /** Imports an ES module by its address and returns its default export; the host's own `import()`. */
  importGlue(address: string): Promise<unknown>;
  /** The requested devices that are available here, best first; the CPU always comes last. */
  usable(devices: readonly Device[]): Promise<readonly Device[]>;
  /** ONNX Runtime's name and provider for each device here. */
  readonly providers: Readonly<Record<Device, { readonly name: string; readonly provider: object }>>;
  /** ONNX Runtime's options for every session, besides its device. */
  readonly sessionOptions: object;
  /** Opens a graph on the first device that accepts it, with no more memory than it needs. */
  open(graph: Uint8Array, devices: readonly Device[]): Promise<Session>;
  /** Sets ONNX Runtime's environment: the address of its wasm, its number of threads. */
  configure(environment: object): Promise<void>;
}

/** What an engine's worker offers; each engine implements what it can. Calls run one after another. */
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

/** An engine running in this thread: the calls it answers. */
export type Engine = Partial<Omit<EngineApi, 'load'>> & { readonly device?: Device };

/** Starts an engine in the worker it runs in. */
export type OpenEngine = (load: EngineLoad, platform: EnginePlatform) => Promise<Engine>;

/** What the loader of an engine or its phonemiser exports. */
export async function importGlue({ glue }: EngineLoad, platform: EnginePlatform): Promise<unknown> {
  if (glue === undefined) throw new Error('the engine lacks its loader');
  return platform.importGlue(glue);
}

/** A file that an engine needs. */
export function engineFile(files: EngineFiles, path: string): Uint8Array<ArrayBuffer> {
  const bytes = files[path];
  if (bytes === undefined) throw new Error(`the engine lacks its file ${path}`);
  return bytes as Uint8Array<ArrayBuffer>;
}

/** Signed 16-bit samples as floats in −1…1. */
export function floats(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32768);
}
