import { readFile } from 'node:fs/promises';
import type { Catalogue } from '@octavia/pipeline';
import { checkCatalogue } from '@octavia/pipeline/catalogue-check';
import { OctaviaError } from '@octavia/pipeline/errors';
import { resolve } from '@octavia/pipeline/lock';
import { readLock } from './packs/lock-file.ts';
import { packPlaces, type PackPlaces } from './packs/places.ts';

/** The model catalogue, with the hashes from the lock file. Errors: `catalogue.invalid`. */
export async function readCatalogue(
  { catalogue, lock }: Pick<PackPlaces, 'catalogue' | 'lock'> = packPlaces(),
): Promise<Catalogue> {
  return resolve(checkCatalogue(await readJson(catalogue), catalogue), await readLock(lock));
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new OctaviaError('catalogue.invalid', `${path}: ${detail}.`, { cause });
  }
}
