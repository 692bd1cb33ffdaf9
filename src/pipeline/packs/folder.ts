import { isPinned, isShipped, modelFilePath, publishedAt, type ModelEntry } from '../catalogue.ts';
import { compact } from '../compact.ts';
import { OctaviaError, throwIfAborted, toOctaviaError } from '../errors.ts';
import { Arrival } from './arrival.ts';
import { dropDamaged } from './check.ts';
import { refusalOfSource } from './outcome.ts';
import type { PullPlatform } from './platform.ts';
import { whatIsWrong } from './plausible.ts';
import type { PullEvent } from './progress.ts';
import { keyOf, wantedFiles, type WantedFile } from './wanted.ts';

/** A file that the user has: on a disk, or dropped onto the page. */
export interface FolderFile {
  readonly bytes: number;
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/**
 * Where a model's file may be in a folder that somebody put together, likeliest first: by repository, as a clone of the
 * repository alone, as the hub's own tools store it, and as this program serves it.
 */
export function placesIn(model: ModelEntry, path: string): string[] {
  const file = model.files.find((candidate) => candidate.path === path);
  const own = file !== undefined && isPinned(file) ? [modelFilePath(model, file)] : [];
  if (isShipped(model)) return own;
  if (model.hub === undefined) return [`${model.id}/${path}`, ...own];
  const { repo, revision, commit } = model.hub;
  const name = repo.slice(repo.indexOf('/') + 1);
  const cached = `models--${repo.replaceAll('/', '--')}/snapshots/${commit ?? revision}`;
  return [`${repo}/${path}`, `${name}/${path}`, `${cached}/${path}`, ...own, `${model.id}/${path}`];
}

/**
 * From this relative difference on, a deviation from a rough size is reported: hubs' listings are rounded to three
 * digits.
 */
const ODD_SHARE = 0.1;

export interface OddSize {
  readonly model: string;
  readonly path: string;
  readonly bytes: number;
  /** Rough size in bytes. */
  readonly expected: number;
}

export interface Imported {
  /** Models that are complete now. */
  readonly models: readonly string[];
  /** Lock names of files that were recorded for the first time. */
  readonly learned: readonly string[];
  /** Files accepted although their size is far from the catalogue's rough one. */
  readonly odd: readonly OddSize[];
  /** Files missing from the folder, of models that have others there. */
  readonly missing: readonly { readonly model: string; readonly path: string }[];
}

/**
 * Imports models from a folder: whatever it has of those requested. Files are checked like fetched ones; an unknown
 * hash is recorded, because the user vouches for the folder.
 * @param find the file at a path relative to the folder, or undefined
 * Errors: `model.missing` when it has none of them, `model.changed`, `storage.*`, `job.cancelled`.
 */
export async function importFolder(
  models: readonly ModelEntry[],
  find: (path: string) => Promise<FolderFile | undefined>,
  platform: PullPlatform,
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): Promise<Imported> {
  try {
    const wanted = wantedFiles(models, await platform.lock.read());
    const absent = await dropDamaged(platform, wanted, signal, onEvent);
    const learned: string[] = [];
    const missing: WantedFile[] = [];
    const taken = new Set<string>();
    const odd: OddSize[] = [];
    const refused: OctaviaError[] = [];
    for (const file of absent) {
      throwIfAborted(signal);
      const found = await firstOf(
        placesIn({ ...file.model, ...compact({ hub: file.hub }) }, file.path),
        find,
      );
      if (found === undefined) {
        missing.push(file);
        continue;
      }
      try {
        learned.push(...(await take(platform, file, found, signal, onEvent)));
        taken.add(file.key);
        if (isOddSize(file, found))
          odd.push({ model: file.model.id, path: file.path, bytes: found.bytes, expected: file.bytes });
      } catch (thrown) {
        refused.push(refusalOfSource(thrown, signal));
      }
    }
    // The folder's good files are installed by now.
    if (refused[0] !== undefined) throw refused[0];
    const imported = summary(models, missing, taken, learned);
    const came = imported.models.filter((id) => absent.some(({ model }) => model.id === id));
    for (const id of came) await platform.noteOrigin?.(id, 'a folder');
    return { ...imported, odd };
  } catch (thrown) {
    throw toOctaviaError(thrown, signal);
  }
}

/** Only a rough size of it is known, and its own is far from that. */
function isOddSize({ sha256, bytes }: WantedFile, found: FolderFile): boolean {
  return sha256 === undefined && Math.abs(found.bytes - bytes) > bytes * ODD_SHARE + 2_000;
}

async function firstOf(
  paths: readonly string[],
  find: (path: string) => Promise<FolderFile | undefined>,
): Promise<FolderFile | undefined> {
  for (const path of paths) {
    const found = await find(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function take(
  platform: PullPlatform,
  file: WantedFile,
  found: FolderFile,
  signal: AbortSignal,
  onEvent: (event: PullEvent) => void,
): Promise<string[]> {
  const tell = (state: 'waiting' | 'fetching' | 'done') =>
    onEvent({ type: 'file', model: file.model.id, path: file.path, state });
  const unfinished = await platform.store.open(file.name, signal, () => tell('waiting'));
  try {
    tell('fetching');
    await unfinished.restart(undefined);
    const arrival = await Arrival.resume(platform, unfinished, signal);
    for await (const piece of found.read(signal)) {
      throwIfAborted(signal);
      await arrival.append(piece);
    }
    const pin = arrival.whole();
    if (file.pins.length > 0 && !file.pins.some(({ sha256 }) => sha256 === pin.sha256)) {
      await unfinished.restart(undefined);
      throw new OctaviaError(
        'model.changed',
        `${file.path} of ${file.model.title} in the folder differs from the recorded file (${pin.sha256}). It was not imported: use revision ${file.hub?.commit ?? file.model.revision} of ${publishedAt(file.model) ?? ''}.`,
      );
    }
    const wrong = file.sha256 === undefined ? whatIsWrong(arrival, file.bytes) : undefined;
    if (wrong !== undefined) {
      await unfinished.restart(undefined);
      throw new OctaviaError('model.damaged', `${file.path} of ${file.model.title} in the folder ${wrong}.`);
    }
    if (file.sha256 === undefined) await platform.lock.pin({ [file.key]: pin });
    await unfinished.commit(pin.sha256);
    tell('done');
    return file.sha256 === undefined ? [file.key] : [];
  } finally {
    await unfinished.close();
  }
}

function summary(
  models: readonly ModelEntry[],
  missing: readonly WantedFile[],
  taken: ReadonlySet<string>,
  learned: readonly string[],
): Omit<Imported, 'odd'> {
  const gone = new Set(missing.map(({ key }) => key));
  const fetched = models.filter((model) => !isShipped(model));
  const lacks = (model: ModelEntry) => model.files.some(({ path }) => gone.has(keyOf(model, path)));
  const tookFrom = (model: ModelEntry) => model.files.some(({ path }) => taken.has(keyOf(model, path)));
  if (missing.length > 0 && taken.size === 0) {
    const example = fetched.find(({ hub }) => hub !== undefined) ?? fetched[0];
    const [file] = example?.files ?? [];
    const place = example && file && placesIn(example, file.path)[0];
    throw new OctaviaError(
      'model.missing',
      `The folder has no files of these models. It should contain them by repository, such as ${place ?? ''}.`,
    );
  }
  const part = fetched.filter((model) => lacks(model) && tookFrom(model)).map(({ id }) => id);
  return {
    models: fetched.filter((model) => !lacks(model)).map(({ id }) => id),
    learned,
    missing: missing
      .filter(({ model }) => part.includes(model.id))
      .map(({ model, path }) => ({ model: model.id, path })),
  };
}
