import { describe, expect, it } from 'vitest';
import {
  isShipped,
  modelBytes,
  type Catalogue,
  type ModelEntry,
  type ModelStage,
  type PackId,
} from '@octavia/pipeline/catalogue';
import { checkCatalogue } from '@octavia/pipeline/catalogue-check';
import { chooseModel, installedCloner, requireModel } from '@octavia/pipeline/choose';
import { EMPTY_LOCK } from '@octavia/pipeline/lock';
import { leaningInWords } from '@octavia/pipeline/packs/lean';
import { removeModels } from '@octavia/pipeline/packs/remove';
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
  const here = new Set([...pulled, ...catalogue.models.filter(isShipped)]);
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
  expect((await chooseModel(host, 'studio', 'synthesise', { target: 'es' }))?.runtime).toBe('kokoro');
  expect((await chooseModel(host, 'studio', 'synthesise', { target: 'nl' }))?.runtime).toBe('espeak-ng');
});

it('a voice that was fetched by its own name speaks before the one that its pack brings', async () => {
  const standard = selectModels(catalogue, 'standard');
  const voice = async (pulled: readonly ModelEntry[], target: string) =>
    (await chooseModel(machineWith(pulled), 'standard', 'synthesise', { target }))?.id;
  for (const target of ['en', 'es', 'fr', 'it', 'pt', 'de', 'hi']) {
    expect(await voice(standard, target)).toBe('kokoro-82m');
  }
  const more = [...standard, ...selectModels(catalogue, 'supertonic-2')];
  expect([await voice(more, 'es'), await voice(more, 'it')]).toEqual(['supertonic-2', 'kokoro-82m']);
  expect(await voice(more, 'ko')).toBe('supertonic-2');
  await expect(voice(standard, 'ko')).rejects.toMatchObject({ code: 'model.missing' });
});

it('where time or memory is short, a quick voice speaks before a better one, and what ships stays last', async () => {
  const host = machineWith(selectModels(catalogue, 'basic'));
  const light = { ...host, light: true };
  const voice = async (on: typeof light | typeof host, target: string) =>
    (await chooseModel(on, 'auto', 'synthesise', { target }))?.runtime;
  for (const target of ['en', 'es', 'fr', 'it', 'de']) {
    expect([await voice(host, target), await voice(light, target)]).toEqual(['kokoro', 'svox-pico']);
  }
  expect([await voice(light, 'pt'), await voice(light, 'nl')]).toEqual(['kokoro', 'espeak-ng']);
  const pico = machineWith(selectModels(catalogue, 'svox-pico'));
  expect([await voice(pico, 'de'), await voice(pico, 'pt')]).toEqual(['svox-pico', 'espeak-ng']);
});

it('what a pack lacks is said', () => {
  expect(leaningInWords(catalogue, packNamed('standard'), 'es')).toEqual([]);
  expect(leaningInWords(catalogue, packNamed('standard'), 'nl')).toEqual([
    'No natural voice for nl in "Standard": eSpeak NG speaks.',
  ]);
  expect(leaningInWords(catalogue, packNamed('studio'), 'de')).toEqual([
    '"Studio" has no preset voices. The next best pack you have takes over.',
  ]);
  expect(leaningInWords(catalogue, packNamed('clone'))).toEqual([
    expect.stringMatching(/no speech recognition, no translation, no preset voices/),
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

  it('keeps the standard pack within 400 MB for any of its pairs', () => {
    const pairs = catalogue.models.filter(
      ({ id, stage }) => stage === 'translate' && packNamed('standard').models.includes(id),
    );
    for (const { languages } of pairs) {
      const [source, target] = [languages.source?.[0], languages.target?.[0]];
      const pulled = selectModels(catalogue, 'standard', { source, target });
      const bytes = pulled.reduce((sum, model) => sum + modelBytes(model), 0);
      expect(bytes, `${source} to ${target}`).toBeLessThan(400e6);
    }
    expect(pairs.length).toBeGreaterThan(0);
  });

  it('is refused where a model that reads sounds names nothing that tells them', () => {
    const wrong = structuredClone(data) as unknown as { models: { id: string; phonemiser?: string }[] };
    const voice = wrong.models.find(({ id }) => id === 'kokoro-82m');
    if (voice) voice.phonemiser = 'flite';
    expect(() => checkCatalogue(wrong, 'wrong.json')).toThrow(/"kokoro-82m" names no model .*espeak-ng/);
  });

  it('is refused with a runtime that nothing here runs', () => {
    const wrong = structuredClone(data) as unknown as { models: { runtime: string }[] };
    const voice = wrong.models.find(({ runtime }) => runtime === 'supertonic');
    if (voice) voice.runtime = 'tacotron';
    expect(() => checkCatalogue(wrong as unknown as Catalogue, 'wrong.json')).toThrow(
      /needs the runtime "tacotron", which does not exist/,
    );
  });

  it.each(['tacotron', 'flite'])('is refused with the recipe "%s", which no family brings', (recipe) => {
    const wrong = structuredClone(data) as unknown as { models: { made?: { recipe?: string } }[] };
    const made = wrong.models.find((model) => model.made?.recipe === 'whisper')?.made;
    if (made) made.recipe = recipe;
    expect(() => checkCatalogue(wrong, 'wrong.json')).toThrow(`needs the recipe "${recipe}"`);
  });
});

it('what is removed takes along what it shares with models that are not here, and only that', async () => {
  const sizes = new Map<string, number>();
  const keep = (id: string) => {
    for (const { files } of selectModels(catalogue, id)) {
      for (const { sha256 = '', bytes } of files) sizes.set(sha256, bytes);
    }
  };
  const kept = {
    lock: { read: () => Promise.resolve(EMPTY_LOCK) },
    store: {
      size: (sha256: string) => Promise.resolve(sizes.get(sha256)),
      delete: (sha256: string) => Promise.resolve(void sizes.delete(sha256)),
      unfinishedBytes: () => Promise.resolve(0),
      discard: () => Promise.resolve(),
    },
  } as unknown as Parameters<typeof removeModels>[2];
  keep('kokoro-82m');
  keep('kokoro-82m-fp32');
  await removeModels(selectModels(catalogue, 'kokoro-82m'), catalogue, kept);
  const full = selectModels(catalogue, 'kokoro-82m-fp32').flatMap(({ files }) => files);
  expect([...sizes.keys()].sort()).toEqual(full.map(({ sha256 }) => sha256).sort());
  expect(await removeModels(selectModels(catalogue, 'kokoro-82m-fp32'), catalogue, kept)).toBe(
    full.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  expect(sizes.size).toBe(0);
});

it('an empty address of a mirror means none', () => {
  expect(packPlaces({ OCTAVIA_MODEL_HOST: '' }).host).toBeUndefined();
  expect(packPlaces({ OCTAVIA_MODEL_HOST: 'https://mirror.example' }).host).toBe('https://mirror.example');
});
