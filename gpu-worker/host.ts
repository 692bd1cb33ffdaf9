import { join } from 'node:path';
import type { Host, Store } from '@octavia/pipeline';
import { createDiskMedia } from './adapters/ffmpeg.ts';
import { createEngines } from './adapters/engines.ts';
import { createFolderStore } from './adapters/store.ts';
import { createInference } from './adapters/inference.ts';
import { createModelFiles } from './adapters/models.ts';
import { readCatalogue } from './catalogue.ts';
import { packPlaces, type PackPlaces } from './packs/places.ts';
import { peakMemoryBytes } from './process/memory.ts';
import { countNetwork } from './network.ts';

export interface NodeHostOptions {
  /** Folder with installed model files, laid out like the catalogue's modelFilePath. */
  readonly models: string;
  /** Where pulled models are; from the environment when absent. */
  readonly packs?: PackPlaces;
  /** Folder for temporary and finished media; the caller moves the result out and removes the folder. */
  readonly scratch: string;
  readonly store: Store;
  /** For what can be made again; a folder of `scratch` when absent. */
  readonly scratchStore?: Store;
}

/** The platform that the pipeline gets in Node. The stages that open engines and sessions close them. */
export type NodeHost = Host & { close(): void };

/** Errors: none here; making a host loads nothing, so `model.*` comes when a model is opened. */
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
    scratch: options.scratchStore ?? createFolderStore(join(scratch, 'kept')),
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
