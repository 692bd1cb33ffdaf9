import type { Catalogue, ModelEntry } from '@octavia/pipeline';
import { modelBytes, publishedAt } from '@octavia/pipeline/catalogue';
import { OctaviaError } from '@octavia/pipeline/errors';
import { bytesInWords } from '@octavia/pipeline/plan/words';
import { leaningInWords } from '@octavia/pipeline/packs/lean';
import { pull } from '@octavia/pipeline/packs/pull';
import type { PullLanguages } from '@octavia/pipeline/packs/select';
import { HUB_HOST } from '@octavia/pipeline/packs/source';
import { isInFolder } from '../../adapters/models.ts';
import { readCatalogue } from '../../catalogue.ts';
import { packPlaces, type PackPlaces } from '../../packs/places.ts';
import { nodePullPlatform } from '../../packs/platform.ts';
import { checkModel } from '../doctor/model-check.ts';
import type { Terminal } from '../call/terminal.ts';
import { namedModels, requireNames } from './names.ts';
import { endPull, showPull } from './progress.ts';

/** Fetches packs and models; files already here are checked and kept. Errors: those of pull(). */
export async function pullModels(
  names: readonly string[],
  languages: PullLanguages,
  terminal: Terminal,
): Promise<number> {
  const catalogue = await readCatalogue();
  requireNames(names, 'pull', catalogue);
  const places = packPlaces();
  const chosen = await notInFolder(namedModels(catalogue, names, languages), places, terminal);
  const host = places.host ?? HUB_HOST;
  announce(chosen, host, terminal);
  tellLeaning(catalogue, names, languages, terminal);
  try {
    const platform = nodePullPlatform(places);
    const done = await pull(chosen, platform, { host }, terminal.stopped, showPull(terminal));
    endPull(terminal);
    terminal.say(`${done.fetched} files fetched (${bytesInWords(done.bytes)}), ${done.kept} were here.`);
    if (done.learned.length > 0) {
      terminal.say(
        `${done.learned.length} new hashes are recorded in ${places.lock}; commit it to keep them.`,
      );
    }
    for (const { id } of chosen) terminal.result(id);
    tellOthers(catalogue, names, terminal);
    return 0;
  } catch (thrown) {
    endPull(terminal);
    if (!terminal.stopped.aborted) throw thrown;
    const how = 'What has been downloaded is kept; the same command continues from there.';
    throw new OctaviaError('job.cancelled', how, { cause: thrown });
  }
}

/** Models in the user's own folder are read from there if they match the record: no second copy. */
async function notInFolder(
  models: readonly ModelEntry[],
  places: PackPlaces,
  terminal: Terminal,
): Promise<ModelEntry[]> {
  if (places.folder === undefined) return [...models];
  const rest: ModelEntry[] = [];
  for (const model of models) {
    const files = await checkModel(model, terminal.stopped);
    const damaged = files.find(({ state }) => state === 'damaged');
    if (damaged?.path !== undefined && isInFolder(damaged.path, places)) {
      terminal.say(`${damaged.path} is not the recorded file; the downloaded one is used instead.`);
    }
    const inside = files.every(({ path, state }) => state === 'ok' && path && isInFolder(path, places));
    if (inside) terminal.say(`${model.id} is in ${places.folder}.`);
    else rest.push(model);
  }
  return rest;
}

function announce(models: readonly ModelEntry[], host: string, terminal: Terminal): void {
  for (const model of models) {
    const { id, title, licence } = model;
    const place = publishedAt(model);
    const from = place === undefined ? 'comes with Octavia' : `${place}, ${bytesInWords(modelBytes(model))}`;
    const terms = licence.nonCommercial ? `${licence.spdx}, NOT FOR COMMERCIAL USE` : licence.spdx;
    terminal.say(`${id}: ${title} (${from}; ${terms})`);
    if (place !== undefined && licence.notice !== undefined) terminal.say(`  ${licence.notice}`);
  }
  if (models.some(({ hub }) => hub !== undefined)) terminal.say(`From ${host}:`);
}

/** Says what the packs lack before anyone misses it. */
function tellLeaning(
  catalogue: Catalogue,
  names: readonly string[],
  { target }: PullLanguages,
  terminal: Terminal,
): void {
  for (const pack of catalogue.packs.filter(({ id }) => names.includes(id))) {
    const into = target ?? pack.pair?.target;
    for (const sentence of leaningInWords(catalogue, pack, into)) terminal.say(sentence);
  }
}

/** A pack is fetched for one pair of languages; this says how to get others. */
function tellOthers(catalogue: Catalogue, names: readonly string[], terminal: Terminal): void {
  for (const name of names) {
    const pack = catalogue.packs.find(({ id }) => id === name);
    if (pack?.pair === undefined) continue;
    const pairs = catalogue.models.filter(
      ({ id, stage }) => stage === 'translate' && pack.models.includes(id),
    );
    const tags = pairs.flatMap(({ languages: { source = [], target = [] } }) => [...source, ...target]);
    const shown = [...new Set(tags)].sort().join(', ');
    terminal.say(`Other languages (${shown}): octavia models pull ${name} --from LANGUAGE --to LANGUAGE`);
  }
}
