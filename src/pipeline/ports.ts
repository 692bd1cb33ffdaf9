import type { Catalogue, ModelEntry } from './catalogue.ts';
import type { Media } from './media-port.ts';
import type { Pcm, Word } from './media-types.ts';

export type * from './media-port.ts';

/**
 * What a host must provide. The browser (src/lib/host) and Node (gpu-worker/adapters) each implement these ports and
 * pass the same contract suites (tests/contract). Every call that takes a signal rejects with OctaviaError
 * `job.cancelled` soon after it is aborted, and stops the work behind it.
 */
export interface Host {
  readonly media: Media;
  readonly inference: Inference;
  readonly engines: Engines;
  readonly models: ModelFiles;
  readonly store: Store;
  /** Large values that can be recomputed: kept locally and never sent anywhere. May be `store` itself. */
  readonly scratch: Store;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  /** Time and memory are short, as on phones: a light voice is preferred to a better one. */
  readonly light?: boolean;
  /** Peak memory of the process or tab so far in bytes, or undefined where it cannot be known. */
  peakMemoryBytes(): number | undefined;
  /** Network use since the host was made; bytesSent counts request bodies. */
  network(): { requests: number; bytesSent: number };
}

/** A tensor at the inference port; row-major. */
export type Tensor =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly dims: readonly number[] }
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly dims: readonly number[] }
  | { readonly type: 'int32'; readonly data: Int32Array; readonly dims: readonly number[] }
  | { readonly type: 'bool'; readonly data: Uint8Array; readonly dims: readonly number[] };

export type Device = 'cuda' | 'webgpu' | 'cpu';

export interface Session {
  /** Where it actually runs; differs from the request when the host had to fall back. */
  readonly device: Device;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>, fetches?: readonly string[]): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** Runs ONNX graphs. Errors: `model.missing`, `model.damaged`, `model.failed`. */
export interface Inference {
  /**
   * @param file path of the graph within the model's files
   * @param devices requested devices, best first; the host skips those it lacks ('cpu' always works)
   */
  open(model: ModelEntry, file: string, devices: readonly Device[], signal: AbortSignal): Promise<Session>;
}

/** The files of installed models, verified against the catalogue's SHA-256 when read. */
export interface ModelFiles {
  /** Whether every file of the model is present (not yet verified). */
  installed(model: ModelEntry): Promise<boolean>;
  /** Errors: `model.missing`, `model.damaged`. */
  read(model: ModelEntry, file: string, signal: AbortSignal): Promise<Uint8Array>;
}

/**
 * Engines that are not ONNX graphs; each runs in a worker of its own so that closing it frees its memory. One that ends
 * unexpectedly or does not respond in time is restarted once per call, and the call is repeated.
 */
export interface Engines {
  recogniser(model: ModelEntry, signal: AbortSignal, onRestart?: OnRestart): Promise<Recogniser>;
  /** @param phonemiser the one that the model names, see {@link phonemiserOf} */
  synthesiser(
    model: ModelEntry,
    signal: AbortSignal,
    phonemiser?: ModelEntry,
    onRestart?: OnRestart,
  ): Promise<Synthesiser>;
  stretcher(model: ModelEntry, signal: AbortSignal, onRestart?: OnRestart): Promise<Stretcher>;
}

/** Called when an engine had to be restarted. @param reason for people */
export type OnRestart = (reason: string) => void;

export interface Recogniser {
  /** Where it runs; 'cpu' for good once another device was lost. */
  readonly device: Device;
  /** The device that failed it, be it while it was loaded; absent while none did. */
  readonly lost?: Device | undefined;
  /**
   * Windows per call, and how many seconds of a window it uses: neighbouring utterances are joined up to that.
   * Undefined: one utterance is one window.
   */
  readonly takes: { readonly windows: number; readonly seconds: number | undefined };
  /** 'bare': lower case without marks; 'written': as a person writes it. */
  readonly style: 'bare' | 'written';
  /**
   * The language spoken in all the windows together. Absent where it understands only one language.
   * @param windows mono 16 kHz
   */
  detect?(windows: readonly Float32Array[], signal: AbortSignal): Promise<LanguageGuess>;
  /**
   * @param windows mono 16 kHz, at most `takes.windows` of them
   * @param language BCP-47, as it is spoken
   * @returns the words of each window with times in seconds from its start; none where nothing was understood
   */
  recognise(
    windows: readonly Float32Array[],
    language: string,
    signal: AbortSignal,
  ): Promise<readonly (readonly Word[])[]>;
  /**
   * What is said in each window, in the target language of its model; '' where nothing was understood. Absent where it
   * cannot translate. Arguments as for `recognise`.
   */
  translate?(
    windows: readonly Float32Array[],
    language: string,
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface LanguageGuess {
  /** BCP-47. */
  readonly language: string;
  /** Probability, 0…1. */
  readonly confidence: number;
}

/** One voice of a synthesiser. */
export interface Voice {
  /** Unique within its model, e.g. `es+f3`; for a cloned voice, a hash of what it was learned from. */
  readonly id: string;
  /** BCP-47 language it speaks. */
  readonly language: string;
  /** The language it was made for, if different: it speaks with an accent. */
  readonly accent?: string;
  readonly gender: 'female' | 'male';
  /** Median fundamental frequency at neutral pitch, in Hz. */
  readonly medianF0: number;
  /** Seconds per Latin letter at its normal pace (stages/fit/length.ts), where measured. */
  readonly secondsPerLetter?: number | undefined;
  /** What the engine learned about a cloned speaker: personal data that must not outlive the job. */
  readonly learnt?: Readonly<Record<string, Tensor>>;
}

export interface SpeakRequest {
  readonly text: string;
  readonly voice: Voice;
  /** Pace relative to the voice's normal one; 1.25 is a quarter faster. */
  readonly pace: number;
  /** Requested median F0 in Hz, and its range relative to the voice's own (1 = unchanged). */
  readonly medianF0: number;
  readonly f0Range: number;
  /** For engines that sample: another seed gives another way to say the same. 0 when absent. */
  readonly seed?: number;
}

export interface Synthesiser {
  /** Where it runs; 'cpu' for good once another device was lost. */
  readonly device: Device;
  /** The device that failed it, be it while it was loaded; absent while none did. */
  readonly lost?: Device | undefined;
  /** Whether it follows the requested pace; otherwise it speaks at its own, and only the stretcher changes that. */
  readonly paced: boolean;
  /** Whether speaking takes so long that a line is stretched rather than spoken again. */
  readonly slow: boolean;
  /** Preset voices for a BCP-47 language, best first; empty when it does not speak it, or only clones. */
  voices(language: string): readonly Voice[];
  /**
   * Learns a voice; absent where the engine cannot. The caller has the speaker's consent. The same reference gives the
   * same voice, which any later call of `speak` may use, on this synthesiser or another of the same model.
   * @param reference clean mono speech of one person, 3 to 30 s
   * @param language BCP-47, to be spoken
   */
  clone?(reference: Pcm, language: string, signal: AbortSignal): Promise<Voice>;
  /**
   * Mono speech, with whatever leading and trailing silence the engine gives. Not every engine can change its pitch.
   */
  speak(request: SpeakRequest, signal: AbortSignal): Promise<Pcm>;
  close(): Promise<void>;
}

export interface Stretcher {
  /**
   * Changes the length and keeps the pitch.
   * @param samples mono
   * @param tempo 1.25 makes it a quarter faster; 0.5…2
   */
  stretch(samples: Float32Array, sampleRate: number, tempo: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Named byte values that outlive the process; a put is all or nothing. Errors: `storage.full|failed`. */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
  /** Keys that start with `prefix`. A key is segments of [A-Za-z0-9._-] joined by '/'. */
  list(prefix: string): Promise<string[]>;
  /** Deletes every key that starts with `prefix`. */
  delete(prefix: string): Promise<void>;
}

export interface Clock {
  /** Monotonic seconds. */
  now(): number;
  /** Lets the host handle pending events (a click on Stop, a signal) in the middle of long arithmetic. */
  breathe(): Promise<void>;
}
