import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue, ModelEntry } from '@octavia/pipeline';
import type { Lock } from '@octavia/pipeline/lock';
import data from '../../models/catalogue.json' with { type: 'json' };
import { fakeHub } from '../fakes/hub.ts';
import { octavia } from '../support/cli/octavia.ts';
import { content, type Hub } from '../support/models/packs.ts';

/** The product's own catalogue without its hashes: the hub has other, smaller content under the same names. */
const unpinned = structuredClone(data) as unknown as Catalogue & { models: ModelEntry[] };
unpinned.models.forEach((model, at) => {
  if (model.hub === undefined) return;
  // The fake hub has the files themselves.
  Reflect.deleteProperty(model, 'made');
  const files = model.files.map(({ path, bytes }) => ({ path, bytes, approximate: true as const }));
  unpinned.models[at] = { ...model, files };
});
const { models } = unpinned;
const root = mkdtempSync(join(tmpdir(), 'octavia-cli-models-'));
const sample = join(import.meta.dirname, '../../static/sample/octavia-sample.mp4');
let hub: Hub;
let env: Record<string, string>;

const filesOf = (id: string) => {
  const model = models.find((candidate) => candidate.id === id);
  if (model?.hub === undefined) throw new Error(`no hub model ${id}`);
  const { repo, revision } = model.hub;
  return model.files.map(({ path, bytes }) => ({ repo, revision, path, bytes: Math.ceil(bytes / 100) }));
};
const STANDARD = [
  'whisper-base',
  'opus-mt-en-es',
  'kokoro-82m',
  'pyannote-segmentation-3',
  'wespeaker-resnet34',
];
const ENCODER = `Systran/faster-whisper-base@ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66/onnx/whisper_encoder.onnx`;

beforeAll(async () => {
  hub = await fakeHub();
  for (const id of [...STANDARD, 'opus-mt-en-fr']) {
    for (const { repo, revision, path, bytes } of filesOf(id)) {
      hub.put(repo, revision, path, content(`${id}/${path}`, bytes));
    }
  }
  writeFileSync(join(root, 'catalogue.json'), JSON.stringify(unpinned));
  env = {
    OCTAVIA_CATALOGUE: join(root, 'catalogue.json'),
    OCTAVIA_MODEL_HOST: hub.origin,
    OCTAVIA_MODEL_STORE: join(root, 'store'),
    OCTAVIA_MODEL_LOCK: join(root, 'lock.json'),
  };
});
afterAll(async () => {
  await hub.close();
  rmSync(root, { recursive: true });
});

describe('octavia models', () => {
  it('says how to get a pack that is asked for and not here; without one the best that is here serves', async () => {
    const out = join(root, 'dub.mp4');
    const named = await octavia(['dub', sample, '--to', 'es', '--pack', 'standard', '--out', out], { env });
    expect(named.code).toBe(4);
    expect(named.stderr).toMatch(/"octavia models pull standard --to es".*\[model\.missing\]/);
    const absent = await octavia(['translate', '--from', 'en', '--to', 'it'], { env, input: 'Hello\n' });
    expect([absent.code, absent.stderr]).toEqual([
      4,
      expect.stringMatching(/models pull standard --from en --to it/),
    ]);
    for (const [to, said] of [
      ['es', 'Buenos días.'],
      ['fr', 'Bonjour.'],
      ['de', 'Guten Morgen.'],
    ] as const) {
      const { code, stdout } = await octavia(['translate', '--from', 'en', '--to', to], {
        env,
        input: 'Good morning.\n',
      });
      expect([code, stdout.trim()]).toEqual([0, said]);
    }
  });

  it('pulls a pack, stopped by Ctrl-C in the middle and gone on with', async () => {
    hub.fault(ENCODER, { kind: 'slow', bytesPerSecond: 40_000 });
    const stopped = await octavia(['models', 'pull', 'standard'], { env, interruptAt: /[5-9]0 %/ });
    expect([stopped.code, stopped.stderr]).toEqual([
      5,
      expect.stringMatching(/kept; the same command continues/),
    ]);
    hub.heal();
    const done = await octavia(['models', 'pull', 'standard'], { env });
    expect(done.stderr).toMatch(/files fetched .*hashes are recorded.*Other languages/s);
    expect([done.code, done.stdout.trim().split('\n')]).toEqual([0, STANDARD.toSorted(byCatalogue)]);
    const lock = JSON.parse(readFileSync(join(root, 'lock.json'), 'utf8')) as Lock;
    expect(Object.keys(lock.files)).toHaveLength(STANDARD.flatMap(filesOf).length);
    expect(readdirSync(join(root, 'store', 'unfinished'))).toEqual([]);
    const { stdout } = await octavia(['models', 'list', 'standard', '--json'], { env });
    const rows = JSON.parse(stdout) as { id: string; installed: boolean; approximate: boolean }[];
    const here = rows.filter(({ installed }) => installed);
    expect(here.map(({ id, approximate }) => [id, approximate])).toEqual(
      STANDARD.toSorted(byCatalogue).map((id) => [id, false]),
    );
    expect((await octavia(['models', 'verify'], { env })).code).toBe(0);
  });
});

describe('octavia models import', () => {
  it('imports a folder as users copy it, and reads one as it is', async () => {
    const folder = join(root, 'folder');
    for (const { repo, path, bytes } of filesOf('opus-mt-en-fr')) {
      mkdirSync(dirname(join(folder, repo, path)), { recursive: true });
      writeFileSync(join(folder, repo, path), content(`opus-mt-en-fr/${path}`, bytes));
    }
    const there = { ...env, OCTAVIA_MODELS_DIR: folder, OCTAVIA_MODEL_LOCK: join(root, 'other.json') };
    const listed = await octavia(['models', 'list', 'opus-mt-en-fr', '--json'], { env: there });
    expect(JSON.parse(listed.stdout)).toMatchObject([{ installed: true }]);
    const imported = await octavia(['models', 'import', folder], { env });
    expect([imported.code, imported.stdout]).toEqual([0, expect.stringContaining('opus-mt-en-fr')]);
    expect((await octavia(['models', 'remove', 'opus-mt-en-fr'], { env })).stderr).toMatch(/ freed\./);
    const empty = await octavia(['models', 'import', join(root, 'store')], {
      env: { ...env, OCTAVIA_MODEL_STORE: root },
    });
    expect([empty.code, empty.stderr]).toEqual([4, expect.stringMatching(/has no files of these models/)]);
  });
});

describe('octavia models pull', () => {
  it('shares a download between two processes that pull the same at once', async () => {
    const shared = {
      ...env,
      OCTAVIA_MODEL_STORE: join(root, 'shared'),
      OCTAVIA_MODEL_LOCK: join(root, 's.json'),
    };
    const { repo, revision } = filesOf('opus-mt-en-fr')[0] ?? { repo: '', revision: '' };
    const waits = /is being downloaded by another process/;
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    // A pull asks by the branch until it has been told the commit, and by that from then on.
    for (const name of [revision, hub.commitOf(repo, revision)]) {
      hub.fault(`${repo}@${name}/onnx/encoder_model_quantized.onnx`, { kind: 'held', until });
    }
    const before = hub.fetches().length;
    const onStderr = (soFar: string) => {
      if (waits.test(soFar)) goOn();
    };
    const both = await Promise.all(
      [1, 2].map(() => octavia(['models', 'pull', 'opus-mt-en-fr'], { env: shared, onStderr })),
    );
    hub.heal();
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ stderr }) => stderr).join('')).toMatch(waits);
    const paths = hub
      .fetches()
      .slice(before)
      .map(({ path }) => path);
    expect(paths).toHaveLength(new Set(paths).size);
    expect(paths).toHaveLength(filesOf('opus-mt-en-fr').length);
    expect(readdirSync(join(root, 'shared', 'unfinished'))).toEqual([]);
    expect((await octavia(['models', 'verify', 'opus-mt-en-fr'], { env: shared })).code).toBe(0);
  });
});

describe('octavia models and a folder of the user', () => {
  it('says which file of the own folder is damaged, and a pull goes before it', async () => {
    const folder = join(root, 'own');
    for (const { repo, path, bytes } of filesOf('opus-mt-en-fr')) {
      mkdirSync(dirname(join(folder, repo, path)), { recursive: true });
      writeFileSync(join(folder, repo, path), content(`opus-mt-en-fr/${path}`, bytes));
    }
    const own = {
      ...env,
      OCTAVIA_MODELS_DIR: folder,
      OCTAVIA_MODEL_STORE: join(root, 'empty'),
      OCTAVIA_MODEL_LOCK: join(root, 's.json'),
    };
    const there = await octavia(['models', 'pull', 'opus-mt-en-fr'], { env: own });
    expect([there.code, there.stderr]).toEqual([
      0,
      expect.stringContaining(`opus-mt-en-fr is in ${folder}.`),
    ]);
    const { repo = '', path = '', bytes = 0 } = filesOf('opus-mt-en-fr').at(-1) ?? {};
    writeFileSync(join(folder, repo, path), content('damaged', bytes));
    const verified = await octavia(['models', 'verify', 'opus-mt-en-fr'], { env: own });
    expect([verified.code, verified.stderr]).toEqual([
      4,
      expect.stringContaining('models pull opus-mt-en-fr'),
    ]);
    const pulled = await octavia(['models', 'pull', 'opus-mt-en-fr'], { env: own });
    expect([pulled.code, pulled.stderr]).toEqual([
      0,
      expect.stringContaining(`${join(folder, repo, path)} is not the recorded file`),
    ]);
    expect((await octavia(['models', 'verify', 'opus-mt-en-fr'], { env: own })).code).toBe(0);
  });
});

describe('what octavia models says', () => {
  it('says what a pack does not bring', async () => {
    const listed = await octavia(['models', 'list'], { env });
    expect(listed.stderr).toMatch(/"Studio" has no preset voices/);
    const unset = { ...env, OCTAVIA_MODEL_HOST: '', OCTAVIA_MODEL_STORE: join(root, 'store') };
    const again = await octavia(['models', 'pull', 'standard'], { env: unset });
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('From https://huggingface.co:')]);
  });

  it.each<[string, string[], number, RegExp]>([
    ['an unknown pack', ['pull', 'large'], 2, /no pack or model "large"/],
    ['nothing', ['pull'], 2, /Say what to pull/],
    ['a pair the pack has not', ['pull', 'standard', '--from', 'en', '--to', 'ja'], 4, /pair_unavailable/],
    ['a flag of another action', ['list', '--to', 'es'], 2, /takes no --to/],
  ])('refuses %s', async (_, args, code, message) => {
    const called = await octavia(['models', ...args], { env });
    expect([called.code, called.stderr]).toEqual([code, expect.stringMatching(message)]);
  });

  it('refuses a catalogue in which a model stands for the wrong stage', async () => {
    const wrong = structuredClone(data) as unknown as { models: { id: string; stage: string }[] };
    const model = wrong.models.find(({ id }) => id === 'whisper-base');
    if (model) model.stage = 'translate';
    writeFileSync(join(root, 'wrong.json'), JSON.stringify(wrong));
    const called = await octavia(['models', 'list'], {
      env: { ...env, OCTAVIA_CATALOGUE: join(root, 'wrong.json') },
    });
    expect([called.code, called.stderr]).toEqual([
      4,
      expect.stringMatching(/"whisper-base" is for "recognise" by its runtime.*catalogue\.invalid/),
    ]);
  });
});

function byCatalogue(a: string, b: string): number {
  const at = (id: string) => models.findIndex((model) => model.id === id);
  return at(a) - at(b);
}
