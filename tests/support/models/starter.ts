import { modelById, type Catalogue, type ModelEntry } from '@octavia/pipeline/catalogue';
import data from '../../../models/catalogue.json' with { type: 'json' };

/** A model of the starter pack. */
export function starter(id: string): ModelEntry {
  const model = modelById(data as unknown as Catalogue, id);
  if (model === undefined) throw new Error(`the catalogue has no ${id}`);
  return model;
}

/** Sonic, as a model of which no host has a file: other names, other hashes. */
export function nowhere(): ModelEntry {
  const files = starter('sonic').files.map((file) => ({ ...file, sha256: '0'.repeat(64) }));
  return { ...starter('sonic'), id: 'nowhere', files };
}
