import { bytesInWords, modelFilePath, OctaviaError, type ModelEntry } from '@octavia/pipeline';
import { readCatalogue } from '../../catalogue.ts';
import { command } from '../arguments.ts';
import { checkModel, isInstalled, type FileState } from '../model-check.ts';
import { modelsFolder } from '../places.ts';
import type { Terminal } from '../terminal.ts';

export const models = command({
  name: 'models',
  summary: 'Lists the models and checks their files.',
  positionals: [{ name: 'ACTION', choices: ['list', 'verify', 'pull', 'import'] }],
  flags: { json: { type: 'switch', help: 'Print JSON.' } },
  async run({ json }, [action = ''], terminal) {
    switch (action) {
      case 'list':
        return list(json, terminal);
      case 'verify':
        return verify(json, terminal);
      default:
        throw new OctaviaError(
          'call.invalid',
          `"models ${action}" is not part of this version: the starter models come with Octavia, others cannot be fetched yet.`,
        );
    }
  },
});

async function list(json: boolean, terminal: Terminal): Promise<number> {
  const catalogue = await readCatalogue();
  const rows = await Promise.all(
    catalogue.models.map(async (model) => ({
      id: model.id,
      stage: model.stage,
      title: model.title,
      revision: model.revision,
      packs: catalogue.packs.filter((pack) => pack.models.includes(model.id)).map(({ id }) => id),
      languages: model.languages,
      licence: model.licence.spdx,
      nonCommercial: model.licence.nonCommercial,
      bytes: model.files.reduce((sum, { bytes }) => sum + bytes, 0),
      installed: await isInstalled(model, modelsFolder()),
    })),
  );
  if (json) terminal.result(JSON.stringify(rows, undefined, 2));
  else {
    for (const row of rows) {
      const state = row.installed ? 'installed' : 'missing';
      const columns = [
        row.id.padEnd(22),
        row.stage.padEnd(10),
        state.padEnd(9),
        bytesInWords(row.bytes).padStart(7),
      ];
      terminal.result([...columns, ` ${row.licence}`].join('  '));
    }
  }
  return 0;
}

async function verify(json: boolean, terminal: Terminal): Promise<number> {
  const { models: entries } = await readCatalogue();
  const found: { model: string; file: string; state: FileState }[] = [];
  for (const model of entries) {
    for (const { file, state } of await checkModel(model, modelsFolder(), terminal.stopped)) {
      found.push({ model: model.id, file: file.path, state });
      if (!json) terminal.result(`${state.padEnd(8)} ${shown(model, file)}`);
    }
  }
  if (json) terminal.result(JSON.stringify(found, undefined, 2));
  const bad = found.filter(({ state }) => state !== 'ok');
  const first = bad[0];
  if (first === undefined) return 0;
  throw new OctaviaError(
    first.state === 'missing' ? 'model.missing' : 'model.damaged',
    `${bad.length} of ${found.length} files are not as they should be, first ${first.model}/${first.file}. Run "npm run models" to restore them.`,
  );
}

function shown(model: ModelEntry, file: ModelEntry['files'][number]): string {
  return modelFilePath(model, file);
}
