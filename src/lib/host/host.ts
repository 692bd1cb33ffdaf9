import type { Host } from '@octavia/pipeline/ports';
import { catalogue } from '../catalogue.ts';
import { createBrowserEngines } from './engines.ts';
import { createBrowserMedia } from './ffmpeg.ts';
import { createBrowserInference } from './inference.ts';
import { createBrowserModels } from './models.ts';
import type { NetworkCount } from './network.ts';
import { createOpfsScratch, createOpfsStore } from './store.ts';

/** The browser as the pipeline sees it; made inside the pipeline's worker. */
export function createBrowserHost(
  network: () => NetworkCount,
  peakMemoryBytes: () => number | undefined,
  light: boolean,
): Host {
  const models = createBrowserModels();
  return {
    media: createBrowserMedia(),
    inference: createBrowserInference(models),
    engines: createBrowserEngines(models),
    models,
    store: createOpfsStore(),
    scratch: createOpfsScratch(),
    clock: {
      now: () => performance.now() / 1000,
      breathe: () => new Promise((resolve) => setTimeout(resolve)),
    },
    catalogue,
    light,
    peakMemoryBytes,
    network,
  };
}
