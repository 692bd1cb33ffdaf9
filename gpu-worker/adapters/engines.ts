import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { modelFilePath, type Engines, type ModelFiles } from '@octavia/pipeline';
import type { EngineApi, EngineFiles } from '@octavia/pipeline/engines/engine';
import { hostEngines } from '@octavia/pipeline/engines/hosted';
import type { EngineThread } from '@octavia/pipeline/engines/pool';
import type { EngineReply } from './engines-protocol.ts';

/** A recogniser's worker with its model, and room for the rest of the pipeline beside it. */
const RECOGNISER_BYTES = 300e6;
const MOST_RECOGNISERS = 8;
/** Four minutes of speech; see `octavia bench graph` for what larger batches would gain. */
const WINDOWS = 8;

/**
 * The engines port over worker threads.
 * @param folder where `models` lie, see modelFilePath()
 */
export function createEngines(models: ModelFiles, folder: string): Engines {
  return hostEngines({
    models,
    spawn: spawnEngine,
    address: (model, file) => pathToFileURL(join(folder, modelFilePath(model, file))).href,
    recognisers: Math.max(
      1,
      Math.min(MOST_RECOGNISERS, availableParallelism(), Math.floor(freemem() / 2 / RECOGNISER_BYTES)),
    ),
    windows: WINDOWS,
  });
}

function spawnEngine(): EngineThread {
  // No flags of the parent: a test runner's loaders are not for this thread.
  const worker = new Worker(new URL('./engines.worker.ts', import.meta.url), { execArgv: [] });
  const calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;

  worker.on('message', (reply: EngineReply) => {
    const call = calls.get(reply.id);
    calls.delete(reply.id);
    if (reply.ok) call?.resolve(reply.value);
    else call?.reject(new Error(reply.message));
  });

  function call<Name extends keyof EngineApi>(
    name: Name,
    args: Parameters<EngineApi[Name]>,
    transfer: ArrayBuffer[] = [],
  ): ReturnType<EngineApi[Name]> {
    const id = ++last;
    const done = new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    worker.postMessage({ id, name, args }, transfer);
    return done as ReturnType<EngineApi[Name]>;
  }

  return {
    api: {
      load: (load) => call('load', [load], buffersOf(load.files)),
      detect: (windows) => call('detect', [windows]),
      recognise: (windows, language) => call('recognise', [windows, language]),
      learn: (reference, sampleRate) => call('learn', [reference, sampleRate]),
      speak: (request) => call('speak', [request]),
      stretch: (samples, sampleRate, tempo) => call('stretch', [samples, sampleRate, tempo]),
    },
    failed: new Promise((_, reject) => {
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the engine's worker ended with ${code}`)));
    }),
    terminate: () => void worker.terminate(),
  };
}

/** The files' memory goes to the worker; nobody else reads these copies. */
function buffersOf(files: EngineFiles): ArrayBuffer[] {
  return Object.values(files).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
