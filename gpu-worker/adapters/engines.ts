import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { wrap } from 'comlink';
import type { Engines, ModelFiles } from '@octavia/pipeline';
import { modelFilePath } from '@octavia/pipeline/catalogue';
import type { EngineApi } from '@octavia/pipeline/families/engine';
import { hostEngines } from '@octavia/pipeline/engines/hosted';
import type { EngineHost } from '@octavia/pipeline/engines/start';
import type { EngineWorker } from '@octavia/pipeline/engines/pool';
import { startProcess } from '../process/start.ts';

/** A recogniser's process with its model, plus room for the rest of the pipeline. */
const RECOGNISER_BYTES = 300e6;
const MOST_RECOGNISERS = 8;
/** Four minutes of speech; see `octavia bench graph` for what larger batches would gain. */
const WINDOWS = 8;

/**
 * The engines port, with each engine in a separate process. Ending a thread during a call to ONNX Runtime (1.30) ends
 * Node itself; a process can be ended at any moment, and frees its memory.
 * @param folder of the model files, see modelFilePath()
 */
export function createEngines(models: ModelFiles, folder: string): Engines {
  return hostEngines(engineHost(models, folder));
}

/** What this machine provides for engines. */
export function engineHost(models: ModelFiles, folder: string): EngineHost {
  return {
    models,
    spawn: spawnEngine,
    address: (model, file) => pathToFileURL(join(folder, modelFilePath(model, file))).href,
    recognisers: Math.max(
      1,
      Math.min(MOST_RECOGNISERS, availableParallelism(), Math.floor(freemem() / 2 / RECOGNISER_BYTES)),
    ),
    windows: WINDOWS,
    every(seconds, tick) {
      const timer = setInterval(tick, seconds * 1000);
      return () => clearInterval(timer);
    },
  };
}

function spawnEngine(): EngineWorker {
  const { endpoint, failed, kill } = startProcess(new URL('./engines.process.ts', import.meta.url));
  return { api: wrap<EngineApi>(endpoint), failed, terminate: kill };
}
