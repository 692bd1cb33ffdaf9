import type { Engine, EngineLoad, EnginePlatform } from '../engine.ts';
import { PREPARED } from './files.ts';
import { openHubWhisper } from './hub.ts';
import { openPrepared } from './prepared.ts';

/** Whisper in either layout of its files: the graphs that we write, or those of its hub exports. */
export function openWhisper(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  return PREPARED.encoder in load.files ? openPrepared(load, platform) : openHubWhisper(load, platform);
}
