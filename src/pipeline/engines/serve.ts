import { openEspeak } from './espeak.ts';
import { openFlite } from './flite.ts';
import { openPocketSphinx } from './pocketsphinx.ts';
import { openSonic } from './sonic.ts';
import type { Engine, EngineApi, EngineLoad } from './engine.ts';

/** Imports an ES module by its address and returns its default export; the host's own `import()`. */
export type ImportGlue = (address: string) => Promise<unknown>;

/** The worker's side of an engine: what each host exposes from its worker thread. */
export function serveEngine(importGlue: ImportGlue): EngineApi {
  let loaded: { runtime: string; engine: Engine } | undefined;

  function call<Name extends keyof Engine>(name: Name): NonNullable<Engine[Name]> {
    const method = loaded?.engine[name];
    if (method === undefined) throw new Error(`${loaded?.runtime ?? 'no engine'} does not ${name}`);
    return method;
  }

  return {
    async load(load) {
      loaded = { runtime: load.runtime, engine: await open(load, importGlue) };
    },
    recognise: async (speech) => call('recognise')(speech),
    speak: async (request) => call('speak')(request),
    stretch: async (samples, sampleRate, tempo) => call('stretch')(samples, sampleRate, tempo),
  };
}

async function open(load: EngineLoad, importGlue: ImportGlue): Promise<Engine> {
  const glue = load.glue === undefined ? undefined : await importGlue(load.glue);
  switch (load.runtime) {
    case 'pocketsphinx':
      return openPocketSphinx(glue, load.files);
    case 'espeak-ng':
      return openEspeak(glue, load.files);
    case 'flite':
      return openFlite(load.files);
    case 'sonic':
      return openSonic(glue, load.files);
    case 'onnx':
    case 'marian':
      throw new Error(`${load.runtime} is not an engine: it runs through the inference port`);
  }
}
