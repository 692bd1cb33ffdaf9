import { describe, expect, it } from 'vitest';
import type { Catalogue, ModelEntry, ModelStage, PackId } from '@octavia/pipeline/catalogue';
import { checkCatalogue } from '@octavia/pipeline/catalogue-check';
import { chooseModel, installedCloner, requireModel } from '@octavia/pipeline/choose';
import { leaningInWords } from '@octavia/pipeline/packs/lean';
import { selectModels } from '@octavia/pipeline/packs/select';
import data from '../../models/catalogue.json' with { type: 'json' };
import { packPlaces } from '../../gpu-worker/packs/places.ts';

const catalogue = checkCatalogue(structuredClone(data), 'models/catalogue.json');
const packNamed = (id: PackId) => {
  const pack = catalogue.packs.find((candidate) => candidate.id === id);
  if (pack === undefined) throw new Error(`no pack ${id}`);
  return pack;
};

/** A machine that has the starter and what the pull of a pack brings, and nothing else. */
function machineWith(pulled: readonly ModelEntry[]) {
  const here = new Set([...pulled, ...catalogue.models.filter(({ hub }) => hub === undefined)]);
  const ids = new Set([...here].map(({ id }) => id));
  const models = {
    installed: ({ id }: ModelEntry) => Promise.resolve(ids.has(id)),
    read: () => Promise.reject(new Error('nothing is read')),
  };
  return { catalogue, models };
}

describe.each(catalogue.packs.map(({ id }) => id))('with nothing but the pull of "%s"', (id) => {
  const pack = packNamed(id);
  const { source, target } = pack.pair ?? { source: 'en', target: 'es' };
  const host = machineWith(selectModels(catalogue, id, pack.pair));

  it('every stage of a dub has a model, its own where it brings one', async () => {
    const stages: [ModelStage, object][] = [
      ['vad', {}],
      ['recognise', { source }],
      ['translate', { source, target }],
      ['synthesise', { target }],
      ['stretch', {}],
    ];
    for (const [stage, languages] of stages) {
      const chosen = await chooseModel(host, id, stage, languages);
      expect(chosen?.stage).toBe(stage);
      const brings = catalogue.models.filter(
        (model) => pack.models.includes(model.id) && model.stage === stage && !model.clones,
      );
      if (brings.length > 0) expect(pack.models).toContain(chosen?.id);
    }
    expect((await requireModel(host, id, 'vad')).stage).toBe('vad');
    const cloner = await installedCloner(host, id, target);
    const clones = catalogue.models.some((model) => model.clones && pack.models.includes(model.id));
    expect(cloner !== undefined).toBe(clones);
  });
});

it('a pack that is meant does not give way to another for what it brings itself', async () => {
  const host = machineWith(selectModels(catalogue, 'studio'));
  await expect(
    chooseModel(host, 'standard', 'translate', { source: 'en', target: 'es' }),
  ).rejects.toMatchObject({ code: 'model.missing' });
});

it('a better voice that is here speaks for a pack that has none', async () => {
  const host = machineWith([...selectModels(catalogue, 'studio'), ...selectModels(catalogue, 'standard')]);
  expect((await chooseModel(host, 'studio', 'synthesise', { target: 'es' }))?.runtime).toBe('supertonic');
  expect((await chooseModel(host, 'studio', 'synthesise', { target: 'de' }))?.runtime).toBe('espeak-ng');
});

it('what a pack lacks is said', () => {
  expect(leaningInWords(catalogue, packNamed('standard'), 'es')).toEqual([]);
  expect(leaningInWords(catalogue, packNamed('standard'), 'de')).toEqual([
    'No natural voice for de in "Standard": eSpeak NG speaks.',
  ]);
  expect(leaningInWords(catalogue, packNamed('studio'), 'de')).toEqual([
    expect.stringMatching(/^"Studio" brings no voice but cloned ones: /),
  ]);
  expect(leaningInWords(catalogue, packNamed('clone'))).toEqual([
    expect.stringMatching(/nothing that hears speech, no translation, no voice but cloned ones/),
  ]);
});

describe('the catalogue', () => {
  it('names the weights beside a graph in full, and only beside graphs', () => {
    for (const { id, files, graphs = {} } of catalogue.models) {
      const beside = files.map(({ path }) => path).filter((path) => /\.onnx_data/.test(path));
      for (const path of beside)
        expect(graphs, `${id} ${path}`).toHaveProperty([path.replace(/_data.*/, '')]);
    }
    const stubs = catalogue.models.flatMap(({ files, graphs = {} }) =>
      files.filter(
        ({ path, bytes }) =>
          path in graphs && bytes < 1e6 && !files.some((other) => other.path === `${path}_data`),
      ),
    );
    expect(stubs).toEqual([]);
  });

  it('describes packs at the size they have', () => {
    for (const id of ['standard', 'clone'] as const) {
      const pack = packNamed(id);
      const bytes = selectModels(catalogue, id).flatMap(({ files }) => files);
      const megabytes = bytes.reduce((sum, file) => sum + file.bytes, 0) / 1e6;
      const [, said, unit] = /About ([\d.]+) (MB|GB)/.exec(pack.description) ?? [];
      const claimed = Number(said) * (unit === 'GB' ? 1000 : 1);
      expect(Math.abs(claimed - megabytes) / megabytes, `${id}: ${megabytes}`).toBeLessThan(0.05);
    }
  });

  it('is refused with a runtime that nothing here runs', () => {
    const wrong = structuredClone(data) as unknown as { models: { runtime: string }[] };
    const voice = wrong.models.find(({ runtime }) => runtime === 'supertonic');
    if (voice) voice.runtime = 'kokoro';
    expect(() => checkCatalogue(wrong as unknown as Catalogue, 'wrong.json')).toThrow(
      /needs the runtime "kokoro", which there is not/,
    );
  });
});

it('an empty address of a mirror means none', () => {
  expect(packPlaces({ OCTAVIA_MODEL_HOST: '' }).host).toBeUndefined();
  expect(packPlaces({ OCTAVIA_MODEL_HOST: 'https://mirror.example' }).host).toBe('https://mirror.example');
});
