import type { ModelEntry, ModelFile } from '../catalogue.ts';
import { OctaviaError, throwIfAborted, toOctaviaError } from '../errors.ts';
import type { Engines, ModelFiles } from '../ports.ts';
import type { EngineFiles } from './engine.ts';
import { EnginePool, type EngineThread } from './pool.ts';
import { voicesOf } from './voices.ts';

/** What a host brings so that engines can run on it. */
export interface EngineHost {
  readonly models: ModelFiles;
  /** Starts a worker that serves an engine (see serve.ts). */
  spawn(): EngineThread;
  /** Where a worker's `import()` finds a file of a model. */
  address(model: ModelEntry, file: ModelFile): string;
  /** How many speech recognisers may work side by side, at some 250 MB each. */
  readonly recognisers: number;
}

/** The engines port over workers: each engine in its own, ended at once by an abort or a close. */
export function hostEngines(host: EngineHost): Engines {
  async function open(model: ModelEntry, size: number, signal: AbortSignal): Promise<EnginePool> {
    const pool = new EnginePool(size, (calling) => start(host, model, calling ?? signal));
    await pool.run(() => Promise.resolve(), signal);
    return pool;
  }
  return {
    async recogniser(model, signal) {
      const pool = await open(model, host.recognisers, signal);
      return {
        recognise: (speech, calling) => pool.run((engine) => engine.recognise(speech), calling),
        close: () => pool.close(),
      };
    },
    async synthesiser(model, signal) {
      const pool = await open(model, 1, signal);
      const spoken = model.languages.target ?? [];
      return {
        voices: (language) => (speaks(spoken, language) ? voicesOf(model.runtime, language) : []),
        speak: (request, calling) => pool.run((engine) => engine.speak(request), calling),
        close: () => pool.close(),
      };
    },
    async stretcher(model, signal) {
      const pool = await open(model, 1, signal);
      return {
        stretch: (samples, sampleRate, tempo) =>
          pool.run((engine) => engine.stretch(samples, sampleRate, tempo)),
        close: () => pool.close(),
      };
    },
  };
}

function speaks(tags: readonly string[], language: string): boolean {
  const primary = language.split('-')[0];
  return tags.some((tag) => tag.split('-')[0] === primary);
}

async function start(host: EngineHost, model: ModelEntry, signal: AbortSignal): Promise<EngineThread> {
  const glue = model.files.find((file) => file.path.endsWith('.mjs'));
  const files = await readFiles(host.models, model, signal);
  throwIfAborted(signal);
  const thread = host.spawn();
  try {
    const address = glue && host.address(model, glue);
    await Promise.race([thread.api.load({ runtime: model.runtime, glue: address, files }), thread.failed]);
  } catch (thrown) {
    thread.terminate();
    throw failure(model, thrown);
  }
  return thread;
}

/** Reads what the engine needs; the loader is read too, so that its hash is checked before it is imported. */
async function readFiles(models: ModelFiles, model: ModelEntry, signal: AbortSignal): Promise<EngineFiles> {
  const files: Record<string, Uint8Array> = {};
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
