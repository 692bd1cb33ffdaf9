import { modelsFor, type ModelEntry, type ModelStage, type PackId } from '../catalogue.ts';
import { installedModel } from '../choose.ts';
import type { Host } from '../ports.ts';

/** The pack that is fetched automatically, and the one that comes with Octavia. */
const FETCHED: PackId = 'basic';
const FLOOR: PackId = 'starter';

/** What is known about a job before it starts. */
export interface JobAhead {
  readonly pack: PackId | 'auto';
  /** BCP-47, or 'auto'. */
  readonly source: string;
  /** BCP-47; absent when nothing is to be spoken. */
  readonly target?: string;
  readonly subtitles?: object | undefined;
}

/**
 * Models of the basic pack that are not installed and would improve a job, because what serves now is worse, or nothing
 * does. None for a job that names another pack: that choice counts.
 */
export async function basicFor(
  host: Pick<Host, 'catalogue' | 'models'>,
  { pack, source, target, subtitles }: JobAhead,
): Promise<ModelEntry[]> {
  if (pack !== 'auto' && pack !== FETCHED) return [];
  const spoken = source === 'auto' ? {} : { source };
  const stages: [ModelStage, { source?: string; target?: string }][] = [
    ...(subtitles === undefined ? [['recognise', spoken] as [ModelStage, typeof spoken]] : []),
    ...(target === undefined ? [] : [['synthesise', { target }] as [ModelStage, { target: string }]]),
  ];
  const lacking: ModelEntry[] = [];
  for (const [stage, languages] of stages) {
    const [better] = modelsFor(host.catalogue, FETCHED, stage, languages);
    const now = better && (await installedModel(host, 'auto', stage, languages));
    const lesser = host.catalogue.packs.filter(({ id }) => id === FLOOR || id === FETCHED);
    const isLesser = now === undefined || lesser.some(({ models }) => models.includes(now.id));
    if (better !== undefined && now?.id !== better.id && isLesser) lacking.push(better);
  }
  return lacking;
}

/** All models of the basic pack that are not installed. */
export async function basicLacking({
  catalogue,
  models,
}: Pick<Host, 'catalogue' | 'models'>): Promise<ModelEntry[]> {
  const ids = catalogue.packs.find(({ id }) => id === FETCHED)?.models ?? [];
  const lacking: ModelEntry[] = [];
  for (const model of catalogue.models.filter(({ id }) => ids.includes(id))) {
    if (!(await models.installed(model))) lacking.push(model);
  }
  return lacking;
}
