import { releaseProxy, transfer, transferHandlers, wrap } from 'comlink';
import type { EngineApi, EngineLoad } from '@octavia/pipeline/families/engine';
import { hostEngines } from '@octavia/pipeline/engines/hosted';
import type { EngineWorker } from '@octavia/pipeline/engines/pool';
import type { Engines, ModelFiles } from '@octavia/pipeline/ports';
import { keepErrorCodes } from '@octavia/pipeline/seam';
import { modelAddress } from './models.ts';

keepErrorCodes(transferHandlers);

/** Two recognisers take 500 MB, so only where that leaves room for the page and its media. */
const MEMORY_FOR_TWO_GIB = 8;
const CORES_FOR_TWO = 4;
/** Whisper base keeps 37 MB of attention caches for each, small 110 MB (layers × 2 × 1500 frames × width × 4). */
const WINDOWS = 4;

/** The engines port on Web Workers. */
export function createBrowserEngines(models: ModelFiles): Engines {
  return hostEngines({
    models,
    spawn: spawnEngine,
    give,
    address: modelAddress,
    recognisers: recognisers(),
    windows: WINDOWS,
    every(seconds, tick) {
      const timer = setInterval(tick, seconds * 1000);
      return () => clearInterval(timer);
    },
  });
}

function recognisers(): number {
  const { hardwareConcurrency: cores, deviceMemory = 4 } = navigator as Navigator & { deviceMemory?: number };
  return cores >= CORES_FOR_TWO && deviceMemory >= MEMORY_FOR_TWO_GIB ? 2 : 1;
}

function spawnEngine(): EngineWorker {
  const worker = new Worker(new URL('./engines.worker.ts', import.meta.url), { type: 'module' });
  const remote = wrap<EngineApi>(worker);
  return {
    api: remote,
    failed: new Promise((_, reject) => {
      worker.onerror = (event) => reject(new Error(event.message || 'the engine’s worker failed'));
    }),
    terminate() {
      remote[releaseProxy]();
      worker.terminate();
    },
  };
}

/** The files' memory is transferred to the worker; nobody else reads these copies. */
function give(load: EngineLoad): EngineLoad {
  const buffers = Object.values(load.files).flatMap(({ buffer }) =>
    buffer instanceof ArrayBuffer ? [buffer] : [],
  );
  return transfer(load, buffers);
}
