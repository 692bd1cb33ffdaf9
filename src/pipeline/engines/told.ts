import type { ModelEntry } from '../catalogue.ts';
import type { Engines } from '../ports.ts';

/** Engines that report when one of them had to be restarted. */
export function toldEngines(
  engines: Engines,
  onRestart: (model: ModelEntry, reason: string) => void,
): Engines {
  return {
    recogniser: (model, signal) => engines.recogniser(model, signal, (reason) => onRestart(model, reason)),
    synthesiser: (model, signal, phonemiser) =>
      engines.synthesiser(model, signal, phonemiser, (reason) => onRestart(model, reason)),
    stretcher: (model, signal) => engines.stretcher(model, signal, (reason) => onRestart(model, reason)),
  };
}
