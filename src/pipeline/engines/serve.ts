import { familyNamed } from '../families/index.ts';
import type { Engine, EngineApi, EngineLoad, EnginePlatform } from '../families/engine.ts';

/** The worker's side of an engine, which each host exposes from its thread or process. */
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
    translate: async (windows, language) => call('translate')(windows, language),
    learn: async (reference, sampleRate) => call('learn')(reference, sampleRate),
    speak: async (request) => call('speak')(request),
    stretch: async (samples, sampleRate, tempo) => call('stretch')(samples, sampleRate, tempo),
  };
}

async function open(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const family = familyNamed(load.runtime);
  if (family === undefined || !('engine' in family)) throw new Error(`${load.runtime} is not an engine`);
  const start = await family.engine();
  return start(load, platform);
}
