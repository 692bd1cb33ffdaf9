import { stat } from 'node:fs/promises';
import type { Catalogue, ModelEntry } from '@octavia/pipeline';
import { isShipped, modelBytes } from '@octavia/pipeline/catalogue';
import { selectModels } from '@octavia/pipeline/packs/select';
import { bytesInWords } from '@octavia/pipeline/plan/words';
import { createModelFiles, isInFolder, locate } from '../../adapters/models.ts';
import { originOf } from '../../packs/origins.ts';
import { packPlaces, type PackPlaces } from '../../packs/places.ts';
import { modelsFolder } from '../call/places.ts';
import type { Check } from './check.ts';

/** Packs are optional: a missing one is not an error. */
export async function packChecks(catalogue: Catalogue): Promise<Check[]> {
  const places = packPlaces();
  const files = createModelFiles(modelsFolder(), places);
  const checks: Check[] = [];
  for (const pack of catalogue.packs) {
    const models = catalogue.models.filter((model) => !isShipped(model) && pack.models.includes(model.id));
    if (models.length === 0) continue;
    const here: ModelEntry[] = [];
    for (const model of models) if (await files.installed(model)) here.push(model);
    const name = `pack ${pack.id}`;
    const advice = `"octavia models pull ${pack.id}" fetches it.`;
    const chosen = selectModels(catalogue, pack.id).filter((model) => !isShipped(model));
    const lacking = chosen.filter((model) => !here.includes(model));
    const size = bytesInWords(lacking.reduce((sum, model) => sum + modelBytes(model), 0));
    const shown = (await Promise.all(here.map((model) => withOrigin(model, places)))).join(', ');
    if (here.length === 0) checks.push({ name, state: 'ok', detail: `not fetched, ${size}`, advice });
    else if (lacking.length === 0) checks.push({ name, state: 'ok', detail: shown });
    else {
      const gone = lacking.map(({ id }) => id).join(', ');
      const detail = `only ${shown}; not ${gone} (${size}): other packs are used instead`;
      checks.push({ name, state: 'warning', detail, advice });
    }
  }
  return [...checks, ...(await misfits(catalogue))];
}

/** "kokoro-82m (103 MB, from pip and npm)" */
async function withOrigin(model: ModelEntry, places: PackPlaces): Promise<string> {
  const [file] = model.files;
  const path = file && (await locate(modelsFolder(), places, model, file));
  const inFolder = path !== undefined && isInFolder(path, places);
  const origin = inFolder ? 'your own folder' : await originOf(places.store, model.id);
  return `${model.id} (${bytesInWords(modelBytes(model))}${origin === undefined ? '' : `, from ${origin}`})`;
}

/** Files in the user's own folder that have the wrong size and so are not used. */
async function misfits(catalogue: Catalogue): Promise<Check[]> {
  const places = packPlaces(process.env);
  const checks: Check[] = [];
  for (const model of catalogue.models.filter((model) => !isShipped(model))) {
    for (const file of model.files) {
      const fits = await locate(modelsFolder(), places, model, file);
      const path = fits ?? (await locate(modelsFolder(), places, model, file, { anySize: true }));
      if (path === undefined || fits !== undefined) continue;
      const { size } = await stat(path);
      const detail = `${path} has ${size} bytes instead of ${file.bytes}, so it is not used`;
      const advice = `Replace it, or "octavia models pull ${model.id}" fetches the right one.`;
      checks.push({ name: `model ${model.id}`, state: 'warning', detail, advice });
    }
  }
  return checks;
}
