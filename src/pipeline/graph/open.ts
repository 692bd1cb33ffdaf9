import type { ModelEntry } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import type { Host, Session } from '../ports.ts';

/** Opens a model that is one graph, on the devices the catalogue asks for. Errors: `model.*`, `job.cancelled`. */
export async function openGraph(
  host: Pick<Host, 'inference'>,
  model: ModelEntry,
  signal: AbortSignal,
): Promise<Session> {
  const [file, graph] = Object.entries(model.graphs ?? {})[0] ?? [];
  if (file === undefined || graph === undefined) {
    throw new OctaviaError('model.failed', `The catalogue names no graph of ${model.title}.`);
  }
  return host.inference.open(model, file, graph.devices, signal);
}
