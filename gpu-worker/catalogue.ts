import { readFile } from 'node:fs/promises';
import type { Catalogue } from '@octavia/pipeline';

/** The model catalogue that comes with this version. */
export async function readCatalogue(): Promise<Catalogue> {
  const path = new URL('../models/catalogue.json', import.meta.url);
  return JSON.parse(await readFile(path, 'utf8')) as Catalogue;
}
