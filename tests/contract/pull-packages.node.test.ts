import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compact } from '@octavia/pipeline/compact';
import type { ModelEntry, OctaviaError } from '@octavia/pipeline';
import type { PullPlatform } from '@octavia/pipeline/packs/platform';
import type { PullEvent } from '@octavia/pipeline/packs/progress';
import { pull } from '@octavia/pipeline/packs/pull';
import { removeModels } from '@octavia/pipeline/packs/remove';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { originOf } from '../../gpu-worker/packs/origins.ts';
import { packPlaces, type PackPlaces } from '../../gpu-worker/packs/places.ts';
import { nodePullPlatform } from '../../gpu-worker/packs/platform.ts';
import { packagePrograms } from '../../gpu-worker/packs/programs.ts';
import { fakeHub } from '../fakes/hub.ts';
import { fakePackages, type PackageFault } from '../fakes/packages.ts';
import {
  GRAPH,
  VOICE,
  archives,
  graph,
  model,
  onHub,
  packages,
  parts,
  pinned,
  result,
} from '../fixtures/kokoro-packages.ts';
import { content, HASTY, hubModel, publish, sha256, type Hub } from '../support/models/packs.ts';

const never = new AbortController().signal;
/** How long pip and npm may be silent; how long they take to start on a busy machine, nobody knows. */
const PATIENT_SECONDS = 120;

const PATH = process.env['PATH'] ?? '';
/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:9';
let root: string;
let places: PackPlaces;
let platform: PullPlatform;
let registry: ReturnType<typeof fakePackages>;
let hub: Hub;
let events: PullEvent[];

beforeEach(async () => {
  hub = await fakeHub();
  root = mkdtempSync(join(tmpdir(), 'octavia-packages-'));
  registry = fakePackages(root);
  for (const [name, archive] of Object.entries(archives)) registry.publish(name, archive);
  process.env['PATH'] = `${registry.bin}${delimiter}${PATH}`;
  places = packPlaces({
    OCTAVIA_MODEL_STORE: join(root, 'store'),
    OCTAVIA_MODEL_LOCK: join(root, 'lock.json'),
  });
  platform = { ...nodePullPlatform(places), packages: packagePrograms(places.store, PATIENT_SECONDS) };
  events = [];
});
afterEach(async () => {
  process.env['PATH'] = PATH;
  await hub.close();
  rmSync(root, { recursive: true });
});

const run = (host = NOBODY, signal = never, models = [model], on = platform) =>
  pull(models, on, { host, patience: HASTY }, signal, (event) => events.push(event));
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => ({ code: 'none', detail: '' }),
    (error: unknown) => (error as OctaviaError).toJSON(),
  );
const left = (folder: string) => readdir(join(places.store, folder)).catch(() => []);
const asked = () => registry.calls().map(({ name }) => name);
const sources = () => events.flatMap((event) => (event.type === 'source' ? [event] : []));

/** The model is here and read as the packages have it, and nothing else lies about. */
async function expectMade(): Promise<void> {
  const files = createModelFiles(root, places);
  expect(await files.installed(model)).toBe(true);
  for (const [path, bytes] of result) expect(await files.read(model, path, never)).toEqual(bytes);
  expect((await left('files')).sort()).toEqual([...result.values()].map(sha256).sort());
  expect([await left('archives'), await left('unfinished')]).toEqual([[], []]);
}

describe('a model out of packages', () => {
  it('comes when the hub is out of reach, and is what the recipe makes of it', async () => {
    expect(result.get(GRAPH)).toEqual(graph('input_ids', 'waveform'));
    expect(await run()).toMatchObject({ fetched: result.size, kept: 0, learned: [] });
    await expectMade();
    expect(sources()).toEqual([
      expect.objectContaining({ source: NOBODY, next: 'pip and npm', reason: expect.any(String) as string }),
    ]);
    expect(asked().sort()).toEqual(Object.keys(archives).sort());
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
    const total = packages.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(progress.at(-1)).toMatchObject({ bytes: total, totalBytes: total });
    expect(await run()).toMatchObject({ fetched: 0, kept: result.size });
    expect(
      await removeModels([model], { schema: 'octavia.catalogue/1', packs: [], models: [model] }, platform),
    ).toBe([...result.values()].reduce((sum, { length }) => sum + length, 0));
    expect(await left('files')).toEqual([]);
  });

  it('is not asked for where the hub has it, in its own bytes', async () => {
    publish(hub, model, onHub);
    await run(hub.origin);
    expect(asked()).toEqual([]);
    expect(await createModelFiles(root, places).read(model, GRAPH, never)).toEqual(onHub[GRAPH]);
  });

  it('brings only what is lacking', async () => {
    publish(hub, model, onHub);
    hub.fault(`test/kokoro@${model.revision}/${VOICE}`, { kind: 'status', status: 404 });
    await run(hub.origin);
    expect(asked()).toEqual(['voices']);
    expect(await createModelFiles(root, places).installed(model)).toBe(true);
  });

  it.each([
    ['a web page with 200', { kind: 'page' }],
    ['other bytes', { kind: 'corrupt' }],
    ['a broken line', { kind: 'cut', after: 0 }],
    ['nothing', { kind: 'stall', after: 0 }],
  ] as const)('comes when the hub gives %s', async (_, fault) => {
    publish(hub, model, onHub);
    for (const path of result.keys()) hub.fault(`test/kokoro@${model.revision}/${path}`, fault);
    await run(hub.origin);
    await expectMade();
  });

  it('comes when the mirror has a pointer of Git LFS in the place of a file', async () => {
    const mirror = await fakeHub({ mirror: true });
    publish(mirror, model, {
      ...onHub,
      [GRAPH]: new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'),
    });
    await run(mirror.origin);
    await mirror.close();
    expect(sources()[0]?.reason).toMatch(/pointer to large-file storage/);
    expect(await createModelFiles(root, places).installed(model)).toBe(true);
  });

  it('comes when the hub takes the call and says nothing', async () => {
    const silent = await listening(createServer(() => undefined));
    await run(silent.origin);
    await silent.close();
    await expectMade();
  });
});

describe('a model out of packages that fail', () => {
  it.each([
    ['no-pip', 'model.unavailable', /pip is not on this machine/],
    ['unknown', 'model.unavailable', /No matching distribution/],
    ['cut', 'model.unavailable', /IncompleteRead/],
    ['hangs', 'model.unreachable', /stopped receiving/],
    ['other', 'model.changed', /fetched a model-part-2 that differs/],
    ['other-unchecked', 'model.changed', /fetched a model-part-2 that differs/],
    ['full', 'storage.full', /^$/],
  ] as const satisfies readonly (readonly [PackageFault, string, RegExp])[])(
    'that cannot be had (%s) leaves nothing wrong behind; what came whole is not fetched twice',
    async (fault, code, why) => {
      registry.setFaults({ 'model-part-2': fault });
      const impatient = { ...platform, packages: packagePrograms(places.store, 1) };
      const refused = await refusal(run(NOBODY, never, [model], fault === 'hangs' ? impatient : platform));
      expect([refused.code, refused.detail ?? '']).toEqual([code, expect.stringMatching(why)]);
      if (code !== 'storage.full')
        expect(refused.detail).toMatch(new RegExp(`Tried: ${NOBODY} \\(.*pip and npm \\(`));
      expect(await left('files')).toEqual([]);
      expect(await left('unfinished')).toEqual([]);
      const whole = await left('archives');
      expect(whole.every((name) => /^(?:model-part-1|model-words|voices)-1\.0\.0$/.test(name))).toBe(true);
      const before = registry.calls().length;
      registry.setFaults({});
      await run();
      await expectMade();
      expect(asked().slice(before)).toHaveLength(packages.length - whole.length);
    },
  );

  it('goes without a trace when it is stopped, and ends what it has started', async () => {
    registry.setFaults({ 'model-part-1': 'hangs', 'model-part-2': 'hangs', 'model-words': 'hangs' });
    const stop = new AbortController();
    const stopped = pull([model], platform, { host: NOBODY, patience: HASTY }, stop.signal, (event) => {
      if (event.type === 'progress') stop.abort();
    });
    expect((await refusal(stopped)).code).toBe('job.cancelled');
    expect([await left('archives'), await left('files'), await left('unfinished')]).toEqual([[], [], []]);
    for (const { pid } of registry.calls()) await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('is shared: of two processes that pull at once, one fetches', async () => {
    const other = { ...nodePullPlatform(places), packages: packagePrograms(places.store, PATIENT_SECONDS) };
    const both = [platform, other].map((each) =>
      pull([model], each, { host: NOBODY, patience: HASTY }, never, (event) => events.push(event)),
    );
    await Promise.all(both);
    await expectMade();
    expect(asked().sort()).toEqual(Object.keys(archives).sort());
    expect(events).toContainEqual(expect.objectContaining({ type: 'file', state: 'waiting' }));
  });

  it('is refused when something else comes out than the catalogue says', async () => {
    const files = model.files.map((file) => ({ ...file, others: [], ...pinned(content(file.path, 50)) }));
    const refused = await refusal(run(NOBODY, never, [{ ...model, files }]));
    expect(refused).toMatchObject({
      code: 'model.changed',
      detail: expect.stringMatching(/came out as a different/) as string,
    });
    expect(await left('files')).toEqual([]);
  });
});

it('a hub that has the parts alone serves, and its parts do not stay', async () => {
  const files = model.files
    .filter(({ path }) => path !== VOICE)
    .map((file) => ({ path: file.path, ...pinned(result.get(file.path) ?? content('', 0)) }));
  const made = model.made && {
    ...model.made,
    fromHub: { 'model.onnx': 'weights.onnx', 'vocab.json': 'words.json' },
  };
  const other: ModelEntry = { ...model, files, ...(made && { made }) };
  publish(hub, model, { 'weights.onnx': parts['model.onnx'], 'words.json': parts['vocab.json'] });
  expect(await run(hub.origin, never, [other])).toMatchObject({ fetched: files.length });
  expect(asked()).toEqual([]);
  expect((await left('files')).sort()).toEqual(files.map(({ sha256: hash }) => hash).sort());
  for (const { path } of files) {
    expect(await createModelFiles(root, places).read(other, path, never)).toEqual(result.get(path));
  }
});

it('one model that cannot be had does not keep the others', async () => {
  const good = hubModel('good', { 'a.bin': content('a', 5000) });
  const bad = hubModel('bad', { 'b.bin': content('b', 5000) });
  publish(hub, good, { 'a.bin': content('a', 5000) });
  hub.put('test/bad', bad.revision, 'b.bin', content('b', 5000));
  hub.fault(`test/bad@${bad.revision}/b.bin`, { kind: 'status', status: 404 });
  expect(await refusal(run(hub.origin, never, [bad, good]))).toMatchObject({ code: 'model.unavailable' });
  expect(await left('files')).toEqual([sha256(content('a', 5000))]);
  expect(await readFile(places.lock, 'utf8')).toContain('test/good');
});

it('a model that only packages have comes as it is, and where it came from is noted', async () => {
  const made = { parts: [], packages: packages.filter(({ name }) => name === 'voices') };
  const only = { ...model, files: model.files.filter(({ path }) => path === VOICE), made, hub: undefined };
  await run(hub.origin, never, [compact(only)]);
  expect(await createModelFiles(root, places).installed(compact(only))).toBe(true);
  expect(await originOf(places.store, only.id)).toBe('pip and npm');
});

it('packages are left alone where they are not wanted', () => {
  expect(nodePullPlatform(packPlaces({ OCTAVIA_PACKAGES: 'none' })).packages).toBeUndefined();
});

async function listening(server: Server) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
