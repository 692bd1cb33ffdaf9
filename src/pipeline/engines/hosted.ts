import { BETWEEN_F0, measurePitch } from '../audio/f0.ts';
import { pinnedFile, type ModelEntry, type PinnedFile } from '../catalogue.ts';
import { onDevice } from '../choose.ts';
import { OctaviaError, throwIfAborted, toOctaviaError } from '../errors.ts';
import { familyNamed, familyOf } from '../families/index.ts';
import { speaks } from '../language/tags.ts';
import type { Pcm } from '../media-types.ts';
import type { Device, Engines, ModelFiles, OnRestart, Recogniser, Synthesiser, Voice } from '../ports.ts';
import { hashOfBytes } from '../hash.ts';
import type { EngineApi, EngineFiles, EngineLoad } from '../families/engine.ts';
import { loadLimit, soundLimit, textLimit, within, WorkerGone, type Every } from './limit.ts';
import { answerOf, EnginePool, type EngineWorker } from './pool.ts';

/** What a host brings so that engines can run on it. */
export interface EngineHost {
  readonly models: ModelFiles;
  /** Starts a worker that serves an engine (see serve.ts). */
  spawn(): EngineWorker;
  /** Marks what the files occupy as given away, where a worker can take it over; else it gets a copy. */
  give?(load: EngineLoad): EngineLoad;
  /** Where a worker's `import()` finds a file of a model. */
  address(model: ModelEntry, file: PinnedFile): string;
  /** A clock that rings. */
  readonly every: Every;
  /** How many speech recognisers may work side by side, at some 250 MB each. */
  readonly recognisers: number;
  /** How many windows of half a minute a recogniser on graphs takes at once. */
  readonly windows: number;
}

/** Hz, of what recognisers are given. */
const HEARD_RATE = 16_000;

/** The engines port over workers: each engine in its own, ended at once by an abort or a close. */
export function hostEngines(host: EngineHost): Engines {
  return {
    recogniser: async (model, signal, onRestart) =>
      recogniser(model, await Hosted.open({ host, model, onRestart }, signal), host.windows),
    synthesiser: async (model, signal, phonemiser, onRestart) =>
      synthesiser(model, await Hosted.open({ host, model, phonemiser, onRestart }, signal)),
    async stretcher(model, signal, onRestart) {
      const engine = await Hosted.open({ host, model, onRestart }, signal);
      return {
        stretch: (samples, sampleRate, tempo) =>
          engine.run(soundLimit(model, samples.length / sampleRate), (api) =>
            api.stretch(samples, sampleRate, tempo),
          ),
        close: () => engine.close(),
      };
    },
  };
}

/** A model on a host. */
interface Placed {
  readonly host: EngineHost;
  readonly model: ModelEntry;
  readonly phonemiser?: ModelEntry | undefined;
  readonly onRestart: OnRestart | undefined;
}

/**
 * A model at work. When the device it runs on fails, be it while the model is loaded, it starts anew on the CPU and
 * does the call again; there it does so only when its worker ended or was stuck, as an engine that refuses a call would
 * refuse it again.
 */
class Hosted {
  readonly #pool: EnginePool;
  readonly #placed: Placed;
  #device: Device | undefined;
  #lost: Device | undefined;

  private constructor(placed: Placed, size: number) {
    this.#placed = placed;
    this.#pool = new EnginePool(size, async (signal) => {
      const model = this.#lost === undefined ? placed.model : onDevice(placed.model, 'cpu');
      const { worker, device } = await start({ ...placed, model }, signal);
      this.#device = device;
      return worker;
    });
  }

  static async open(placed: Placed, signal: AbortSignal): Promise<Hosted> {
    const size = sideBySide(placed.model) ? placed.host.recognisers : 1;
    const engine = new Hosted(placed, size);
    await engine.run(loadLimit(0), () => Promise.resolve(), signal);
    return engine;
  }

  get device(): Device {
    return this.#device ?? 'cpu';
  }

  get lost(): Device | undefined {
    return this.#lost;
  }

  /** @param limit seconds after which the call counts as stuck, see limit.ts */
  async run<T>(limit: number, work: (engine: EngineApi) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const limited = (api: EngineApi) => within(this.#placed.host.every, limit, work(api));
    try {
      return await this.#pool.run(limited, signal);
    } catch (thrown) {
      if (!this.#mayGoOn(thrown)) throw thrown;
      return this.#pool.run(limited, signal);
    }
  }

  /** Whether the call may be done again, elsewhere or in a new worker. */
  #mayGoOn(thrown: unknown): boolean {
    if (!(thrown instanceof OctaviaError) || thrown.code !== 'model.failed') return false;
    const device = this.#device ?? wishedGpu(this.#placed.model);
    if (this.#lost === undefined && device !== 'cpu') {
      this.#lost = device;
      return true;
    }
    const { cause } = thrown;
    if (!(cause instanceof WorkerGone)) return false;
    this.#placed.onRestart?.(cause.message);
    return true;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

function sideBySide({ runtime }: ModelEntry): boolean {
  const family = familyNamed(runtime);
  return family?.stage === 'recognise' && family.together === 'engines';
}

/** Where a model was to run that could not be loaded. */
function wishedGpu({ graphs = {} }: ModelEntry): Device {
  const wishes = Object.values(graphs).flatMap(({ devices }) => devices);
  return wishes.find((device) => device !== 'cpu') ?? 'cpu';
}

function recogniser(model: ModelEntry, engine: Hosted, windows: number): Recogniser {
  const { style, windowSeconds, together } = familyOf(model, 'recognise');
  // Some work on a window as if it were full, however short it is.
  const limit = (sounds: readonly Float32Array[]): number =>
    soundLimit(
      model,
      sounds.reduce((sum, { length }) => sum + Math.max(windowSeconds ?? 0, length / HEARD_RATE), 0),
    );
  return {
    get device() {
      return engine.device;
    },
    get lost() {
      return engine.lost;
    },
    style,
    takes: { windows: together === 'windows' ? windows : 1, seconds: windowSeconds },
    ...((model.languages.source?.length ?? 0) > 1 && {
      detect: (sounds, signal) => engine.run(limit(sounds), (api) => api.detect(sounds), signal),
    }),
    recognise: (sounds, language, signal) =>
      engine.run(limit(sounds), (api) => api.recognise(sounds, language), signal),
    close: () => engine.close(),
  };
}

function synthesiser(model: ModelEntry, engine: Hosted): Synthesiser {
  const family = familyOf(model, 'synthesise');
  const spoken = model.languages.target ?? [];
  return {
    get device() {
      return engine.device;
    },
    get lost() {
      return engine.lost;
    },
    paced: family.paced,
    slow: family.slow,
    voices: (language) => (speaks(spoken, language) ? family.voices(model, language) : []),
    ...(model.clones && {
      clone: (reference, language, signal) => clone(model, engine, reference, language, signal),
    }),
    speak: (request, signal) =>
      engine.run(textLimit(model, request.text), (api) => api.speak(request), signal),
    close: () => engine.close(),
  };
}

async function clone(
  model: ModelEntry,
  engine: Hosted,
  { channels: [samples = new Float32Array()], sampleRate }: Pcm,
  language: string,
  signal: AbortSignal,
): Promise<Voice> {
  const limit = soundLimit(model, samples.length / sampleRate);
  const learnt = await engine.run(limit, (api) => api.learn(samples, sampleRate), signal);
  const medianF0 = measurePitch([samples], sampleRate)?.median ?? BETWEEN_F0;
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const gender = medianF0 > BETWEEN_F0 ? 'female' : 'male';
  return { id: `clone-${hashOfBytes(bytes)}`, language, gender, medianF0, learnt };
}

async function start(
  { host, model, phonemiser }: Placed,
  signal: AbortSignal,
): Promise<{ worker: EngineWorker; device: Device }> {
  const files = await readFiles(host.models, model, signal);
  if (phonemiser !== undefined) Object.assign(files, await readFiles(host.models, phonemiser, signal));
  throwIfAborted(signal);
  const limit = loadLimit(Object.values(files).reduce((sum, { length }) => sum + length, 0));
  const worker = host.spawn();
  const givenUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new OctaviaError('job.cancelled')), { once: true });
  });
  const { runtime, graphs, languages } = model;
  try {
    const glue = glueOf(host, model) ?? (phonemiser && glueOf(host, phonemiser));
    const load = { runtime, glue, files, graphs, languages };
    const loading = answerOf(worker, (api) => api.load(host.give?.(load) ?? load));
    return { worker, device: await within(host.every, limit, Promise.race([loading, givenUp])) };
  } catch (thrown) {
    worker.terminate();
    throw failure(model, thrown);
  }
}

/** Where a model's loader is, for models that have one. */
function glueOf(host: EngineHost, model: ModelEntry): string | undefined {
  const file = model.files.find(({ path }) => path.endsWith('.mjs'));
  return file && host.address(model, pinnedFile(model, file.path));
}

/** Reads what the engine needs; the loader is read too, so that its hash is checked before it is imported. */
async function readFiles(models: ModelFiles, model: ModelEntry, signal: AbortSignal): Promise<EngineFiles> {
  const files: Record<string, Uint8Array> = {};
  for (const [path, value] of Object.entries(model.supplies ?? {})) {
    files[path] = new TextEncoder().encode(JSON.stringify(value));
  }
  for (const { path } of model.files) {
    if (path.startsWith('licence/')) continue;
    const bytes = await models.read(model, path, signal);
    if (!path.endsWith('.mjs')) files[path] = bytes;
  }
  return files;
}

function failure(model: ModelEntry, thrown: unknown): OctaviaError {
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return thrown instanceof OctaviaError
    ? toOctaviaError(thrown)
    : new OctaviaError('model.failed', `${model.title}: ${detail}`, { cause: thrown });
}
