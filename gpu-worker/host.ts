import type { Host, Store } from '@octavia/pipeline';
import { createDiskMedia } from './adapters/ffmpeg.ts';
import { createEngines } from './adapters/engines.ts';
import { createInference } from './adapters/inference.ts';
import { createModelFiles } from './adapters/models.ts';
import { readCatalogue } from './catalogue.ts';
import { packPlaces, type PackPlaces } from './packs/places.ts';
import { peakMemoryBytes } from './process/memory.ts';
import { countNetwork } from './network.ts';

export interface NodeHostOptions {
  /** Folder with installed model files, laid out as the catalogue's modelFilePath. */
  readonly models: string;
  /** Where pulled models are; what the environment says when absent. */
  readonly packs?: PackPlaces;
  /** Folder for temporary and finished media; the caller takes the result out and removes it. */
  readonly scratch: string;
  readonly store: Store;
}

/** The platform the pipeline gets in Node. Engines and sessions are closed by the stages that open them. */
export type NodeHost = Host & { close(): void };

/** Errors: `model.*` later, when a model is opened; making a host loads nothing. */
export async function createNodeHost(options: NodeHostOptions): Promise<NodeHost> {
  const { models, scratch, store, packs = packPlaces() } = options;
  const files = createModelFiles(models, packs);
  const network = countNetwork();
  return {
    media: createDiskMedia(scratch),
    inference: createInference(files),
    engines: createEngines(files, models),
    models: files,
    store,
    clock: {
      now: () => performance.now() / 1000,
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
    },
    catalogue: await readCatalogue(packs),
    peakMemoryBytes,
    network: () => network.read(),
    close: () => network.close(),
  };
}
