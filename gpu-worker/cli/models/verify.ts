import type { Catalogue, ModelEntry } from '@octavia/pipeline';
import { OctaviaError } from '@octavia/pipeline/errors';
import { isShipped } from '@octavia/pipeline/catalogue';
import { keyOf } from '@octavia/pipeline/packs/wanted';
import { readCatalogue } from '../../catalogue.ts';
import { checkModel, type FileState } from '../doctor/model-check.ts';
import type { Terminal } from '../call/terminal.ts';
import { everyModelOf } from './names.ts';

/**
 * Reads every file of the models that come with Octavia and those that were fetched, or of those named, and compares it
 * with the record.
 * Errors: `model.missing`, `model.damaged`.
 */
export async function verifyModels(
  names: readonly string[],
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const catalogue = await readCatalogue();
  const entries = names.length === 0 ? catalogue.models : everyModelOf(catalogue, names);
  const found: { model: string; file: string; state: FileState; pulled: boolean }[] = [];
  for (const model of entries) {
    const files = await checkModel(model, terminal.stopped);
    const pulled = !isShipped(model);
    // A model that was never fetched is not an error; one with a missing part is.
    const own = files.filter(({ file }) => !isShared(catalogue, model, file.path));
    if (pulled && names.length === 0 && own.every(({ state }) => state === 'missing')) continue;
    for (const { file, state } of files) {
      found.push({ model: model.id, file: file.path, state, pulled });
      if (!json) terminal.result(`${state.padEnd(8)} ${model.id}/${file.path}`);
    }
  }
  if (json) terminal.result(JSON.stringify(found, undefined, 2));
  const bad = found.filter(({ state }) => state !== 'ok');
  const first = bad[0];
  if (first === undefined) return 0;
  const how = first.pulled ? `octavia models pull ${first.model}` : 'npm run models';
  throw new OctaviaError(
    first.state === 'missing' ? 'model.missing' : 'model.damaged',
    `${bad.length} of ${found.length} files are missing or damaged, the first is ${first.model}/${first.file}. Run "${how}" to restore them.`,
  );
}

/** Whether a file may be here because of another model. */
function isShared({ models }: Catalogue, model: ModelEntry, path: string): boolean {
  const key = keyOf(model, path);
  const others = models.filter(({ id }) => id !== model.id);
  return others.some((other) => other.files.some((file) => keyOf(other, file.path) === key));
}
