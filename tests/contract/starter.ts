import { modelById, type Catalogue, type ModelEntry } from '@octavia/pipeline/catalogue';
import data from '../../models/catalogue.json' with { type: 'json' };

/** A model of the starter pack. */
export function starter(id: string): ModelEntry {
  const model = modelById(data as unknown as Catalogue, id);
  if (model === undefined) throw new Error(`the catalogue has no ${id}`);
  return model;
}
