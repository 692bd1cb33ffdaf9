import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OctaviaError } from '@octavia/pipeline/errors';
import { bytesInWords } from '@octavia/pipeline/plan/words';
import { importFolder, type FolderFile } from '@octavia/pipeline/packs/folder';
import { readCatalogue } from '../../catalogue.ts';
import { packPlaces } from '../../packs/places.ts';
import { nodePullPlatform } from '../../packs/platform.ts';
import { UsageError } from '../call/arguments.ts';
import type { Terminal } from '../call/terminal.ts';
import { everyModelOf } from './names.ts';
import { endPull, showPull } from './progress.ts';

/** Imports models from a folder: all it has, or those named. Errors: those of importFolder(). */
export async function importModels(
  [folder, ...names]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (folder === undefined) throw new UsageError('Say which FOLDER to import from.');
  const root = resolve(folder);
  if ((await stat(root).catch(() => undefined))?.isDirectory() !== true) {
    throw new OctaviaError('input.missing', `${root} is not a folder.`);
  }
  const catalogue = await readCatalogue();
  const places = packPlaces();
  const models = names.length === 0 ? catalogue.models : everyModelOf(catalogue, names);
  const find = (path: string) => fileAt(join(root, path));
  const done = await importFolder(
    models,
    find,
    nodePullPlatform(places),
    terminal.stopped,
    showPull(terminal),
  );
  endPull(terminal);
  for (const { model, path, bytes, expected } of done.odd) {
    const sizes = `${bytesInWords(bytes)} where the catalogue says about ${bytesInWords(expected)}`;
    terminal.say(`${model}/${path} has ${sizes}; accepted, because no hash of it is known.`);
  }
  for (const { model, path } of done.missing) terminal.say(`${model} is not complete: ${path} is missing.`);
  if (done.learned.length > 0) {
    terminal.say(`${done.learned.length} new hashes are recorded in ${places.lock}; commit it to keep them.`);
  }
  for (const id of done.models) terminal.result(id);
  if (done.missing.length === 0) return 0;
  throw new OctaviaError('model.missing', `${done.missing.length} files are not in ${root}.`);
}

async function fileAt(path: string): Promise<FolderFile | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile() !== true) return undefined;
  return {
    bytes: info.size,
    read: (signal) => createReadStream(path, { signal, highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>,
  };
}
