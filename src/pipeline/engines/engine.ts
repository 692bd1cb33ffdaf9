import type { Runtime } from '../catalogue.ts';
import type { Pcm, Word } from '../media-types.ts';
import type { SpeakRequest } from '../ports.ts';

/** The files of an engine's model by path. */
export type EngineFiles = Readonly<Record<string, Uint8Array>>;

/** What an engine's worker is given to begin with. */
export interface EngineLoad {
  readonly runtime: Runtime;
  /** Where the worker's `import()` finds the engine's loader, for engines that have one. */
  readonly glue: string | undefined;
  readonly files: EngineFiles;
}

/** What an engine's worker offers; each engine answers one of the three. Calls run one after another. */
export interface EngineApi {
  load(load: EngineLoad): Promise<void>;
  recognise(speech: Float32Array): Promise<Word[]>;
  speak(request: SpeakRequest): Promise<Pcm>;
  stretch(samples: Float32Array, sampleRate: number, tempo: number): Promise<Float32Array>;
}

/** An engine at work in this thread: the calls it answers. */
export type Engine = Partial<Omit<EngineApi, 'load'>>;

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
