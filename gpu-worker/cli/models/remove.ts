import { bytesInWords } from '@octavia/pipeline/plan/words';
import { removeModels, removeUnused } from '@octavia/pipeline/packs/remove';
import { readCatalogue } from '../../catalogue.ts';
import { packPlaces } from '../../packs/places.ts';
import { nodePullPlatform } from '../../packs/platform.ts';
import type { Terminal } from '../call/terminal.ts';
import { everyModelOf, requireNames } from './names.ts';

/** Deletes fetched models; those that come with Octavia stay. */
export async function removeModelsByName(
  names: readonly string[],
  unused: boolean,
  terminal: Terminal,
): Promise<number> {
  const catalogue = await readCatalogue();
  if (!unused) requireNames(names, 'remove', catalogue);
  const platform = nodePullPlatform(packPlaces());
  const freed =
    (await removeModels(everyModelOf(catalogue, names), catalogue, platform)) +
    (unused ? await removeUnused(catalogue, platform) : 0);
  terminal.say(`${bytesInWords(freed)} freed.`);
  return 0;
}
