import type { Runtime } from '../catalogue.ts';
import { openEspeak } from '../families/espeak-ng/engine.ts';
import { openFlite } from '../families/flite/engine.ts';
import { openPocketSphinx } from '../families/pocketsphinx/engine.ts';
import { openSonic } from '../families/sonic/engine.ts';
import { openChatterbox } from '../families/chatterbox/engine.ts';
import { openKokoro } from '../families/kokoro/engine.ts';
import { openSupertonic } from '../families/supertonic/engine.ts';
import { openWhisper } from '../families/whisper/engine.ts';
import type { Engine, EngineApi, EngineLoad, EnginePlatform } from '../families/engine.ts';

/** The worker's side of an engine: what each host exposes from its thread or process. */
export function serveEngine(platform: EnginePlatform): EngineApi {
  let loaded: { runtime: string; engine: Engine } | undefined;

  function call<Name extends Exclude<keyof Engine, 'device'>>(name: Name): NonNullable<Engine[Name]> {
    const method = loaded?.engine[name];
    if (method === undefined) throw new Error(`${loaded?.runtime ?? 'no engine'} does not ${name}`);
    return method;
  }

  return {
    async load(load) {
      loaded = { runtime: load.runtime, engine: await open(load, platform) };
      return loaded.engine.device ?? 'cpu';
    },
    detect: async (windows) => call('detect')(windows),
    recognise: async (windows, language) => call('recognise')(windows, language),
    learn: async (reference, sampleRate) => call('learn')(reference, sampleRate),
    speak: async (request) => call('speak')(request),
    stretch: async (samples, sampleRate, tempo) => call('stretch')(samples, sampleRate, tempo),
  };
}

type Start = (load: EngineLoad, glue: unknown, platform: EnginePlatform) => Engine | Promise<Engine>;

/** The other runtimes are graphs: they run through the inference port. */
const ENGINES: Partial<Record<Runtime, Start>> = {
  pocketsphinx: ({ files }, glue) => openPocketSphinx(glue, files),
  'espeak-ng': ({ files }, glue) => openEspeak(glue, files),
  flite: ({ files }) => openFlite(files),
  sonic: ({ files }, glue) => openSonic(glue, files),
  whisper: (load, _, platform) => openWhisper(load, platform),
  kokoro: openKokoro,
  supertonic: (load, _, platform) => openSupertonic(load, platform),
  chatterbox: (load, _, platform) => openChatterbox(load, platform),
};

async function open(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const start = ENGINES[load.runtime];
  if (start === undefined) throw new Error(`${load.runtime} is not an engine`);
  return start(load, load.glue === undefined ? undefined : await platform.importGlue(load.glue), platform);
}
