import { isShipped, modelById, modelBytes, type ModelEntry, type Pack } from '@octavia/pipeline/catalogue';
import { selectModels } from '@octavia/pipeline/packs/select';
import { catalogue } from '../catalogue.ts';
import type { ErrorData } from '@octavia/pipeline/errors';
import { idsOf, type Downloads } from './downloads.ts';

export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** The state of several models taken together. `models` are the ids it concerns. */
export type Standing =
  | { readonly kind: 'here' | 'absent' }
  | { readonly kind: 'getting' | 'paused'; readonly models: readonly string[] }
  | { readonly kind: 'failed'; readonly models: readonly string[]; readonly problem: ErrorData };

export function modelsOf(pack: Pack): ModelEntry[] {
  return pack.models.flatMap((id) => modelById(catalogue, id) ?? []);
}

/** The language pairs with separate models in a pack, each once. */
export function pairsOf(pack: Pack): Pair[] {
  const pairs = modelsOf(pack).flatMap((model) => pairOf(model) ?? []);
  return pairs.filter((pair) => possible(pack, pair));
}

/**
 * The models that Get fetches: those everyone needs, and those for the pair. A browser gets models that only packages
 * have from its own server, or not at all.
 */
export function chosenModels(pack: Pack, languages: Partial<Pair> | undefined): ModelEntry[] {
  return selectModels(catalogue, pack.id, languages).filter(
    (model) => model.hub !== undefined || isShipped(model),
  );
}

export function pairId({ source, target }: Pair): string {
  return `${source}>${target}`;
}

function possible(pack: Pack, pair: Pair): boolean {
  try {
    return selectModels(catalogue, pack.id, pair).length > 0;
  } catch {
    return false;
  }
}

/** The pair of a model that translates just one. */
function pairOf({ stage, languages }: ModelEntry): Pair | undefined {
  const { source: [source, ...others] = [], target: [target, ...more] = [] } = languages;
  if (stage !== 'translate' || source === undefined || target === undefined) return undefined;
  return others.length === 0 && more.length === 0 ? { source, target } : undefined;
}

export function bytesOf(models: readonly ModelEntry[]): number {
  return models.reduce((sum, model) => sum + modelBytes(model), 0);
}

/** Whether a tab can run all of it: a model that names devices must name one a tab has. */
export function runsInTab(models: readonly ModelEntry[]): boolean {
  return models.every(({ graphs = {} }) =>
    Object.values(graphs).every(({ devices }) => devices.includes('webgpu') || devices.includes('cpu')),
  );
}

export function standing(
  models: readonly ModelEntry[],
  { installed, downloads }: { installed: ReadonlySet<string>; downloads: Downloads },
): Standing {
  const among = (kind: 'get' | 'paused' | 'failed'): string[] =>
    idsOf(downloads, kind).filter((id) => models.some((model) => model.id === id));
  const failed = among('failed');
  for (const id of failed) {
    const download = downloads[id];
    if (download?.kind === 'failed') return { kind: 'failed', models: failed, problem: download.refusal };
  }
  const getting = among('get');
  if (getting.length > 0) return { kind: 'getting', models: getting };
  const paused = among('paused');
  if (paused.length > 0) return { kind: 'paused', models: paused };
  return { kind: models.every(({ id }) => installed.has(id)) ? 'here' : 'absent' };
}
