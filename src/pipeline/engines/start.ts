import { pinnedFile, type ModelEntry, type PinnedFile } from '../catalogue.ts';
import { OctaviaError, throwIfAborted, toOctaviaError } from '../errors.ts';
import type { EngineFiles, EngineLoad } from '../families/engine.ts';
import type { Device, ModelFiles, OnRestart } from '../ports.ts';
import { loadLimit, within, type Every } from './limit.ts';
import { answerOf, type EngineWorker } from './pool.ts';

/** What a host provides so that engines can run on it. */
export interface EngineHost {
  readonly models: ModelFiles;
  /** Starts a worker that serves an engine (see serve.ts). */
  spawn(): EngineWorker;
  /** Transfers the files' memory where a worker can take it over; otherwise the worker gets a copy. */
  give?(load: EngineLoad): EngineLoad;
  /** The address at which a worker's `import()` finds a model's file. */
  address(model: ModelEntry, file: PinnedFile): string;
  /** An alarm clock. */
  readonly every: Every;
  /** How many speech recognisers may run in parallel, at some 250 MB each. */
  readonly recognisers: number;
  /** How many windows of half a minute a graph-based recogniser takes at once. */
  readonly windows: number;
}

/** A model on a host. */
export interface Placed {
  readonly host: EngineHost;
  readonly model: ModelEntry;
  readonly phonemiser?: ModelEntry | undefined;
  readonly onRestart: OnRestart | undefined;
}

/** Starts a worker and has it load the model. Errors: `model.*`, `job.cancelled`. */
export async function startEngine(
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

/** The address of a model's loader, for models that have one. */
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
