import type { ModelEntry } from '@octavia/pipeline';
import { modelBytes, publishedAt } from '@octavia/pipeline/catalogue';
import { bytesInWords } from '@octavia/pipeline/plan/words';
import { leaningInWords } from '@octavia/pipeline/packs/lean';
import { createModelFiles } from '../../adapters/models.ts';
import { readCatalogue } from '../../catalogue.ts';
import { packPlaces } from '../../packs/places.ts';
import { modelsFolder } from '../call/places.ts';
import type { Terminal } from '../call/terminal.ts';
import { everyModelOf } from './names.ts';

/** Lists every model, or those named: its purpose, whether it is installed, its size and licence. */
export async function listModels(
  names: readonly string[],
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const catalogue = await readCatalogue();
  const files = createModelFiles(modelsFolder(), packPlaces());
  const entries = names.length === 0 ? catalogue.models : everyModelOf(catalogue, names);
  const rows = await Promise.all(
    entries.map(async (model) => ({
      id: model.id,
      stage: model.stage,
      title: model.title,
      revision: model.revision,
      packs: catalogue.packs.filter((pack) => pack.models.includes(model.id)).map(({ id }) => id),
      languages: model.languages,
      licence: model.licence.spdx,
      nonCommercial: model.licence.nonCommercial,
      bytes: modelBytes(model),
      approximate: isVague(model),
      source: model.hub ? `${model.hub.repo}@${model.hub.revision}` : (publishedAt(model) ?? null),
      installed: await files.installed(model),
    })),
  );
  if (json) terminal.result(JSON.stringify(rows, undefined, 2));
  else for (const row of rows) terminal.result(line(row));
  for (const pack of catalogue.packs.filter(({ id }) => names.length === 0 || names.includes(id))) {
    if (pack.id === 'starter') continue;
    for (const sentence of leaningInWords(catalogue, pack)) terminal.say(sentence);
  }
  return 0;
}

function isVague({ files }: ModelEntry): boolean {
  return files.some(({ approximate }) => approximate === true);
}

interface Row {
  readonly id: string;
  readonly stage: string;
  readonly installed: boolean;
  readonly bytes: number;
  readonly approximate: boolean;
  readonly packs: readonly string[];
  readonly licence: string;
  readonly nonCommercial: boolean;
}

function line(row: Row): string {
  const size = `${row.approximate ? '~' : ''}${bytesInWords(row.bytes)}`;
  return [
    row.id.padEnd(24),
    row.stage.padEnd(10),
    (row.installed ? 'installed' : 'missing').padEnd(9),
    size.padStart(8),
    ` ${row.packs.join(', ').padEnd(16)}`,
    row.nonCommercial ? `${row.licence} (not for commercial use)` : row.licence,
  ].join('  ');
}
