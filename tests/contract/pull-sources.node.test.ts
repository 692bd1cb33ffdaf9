import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelEntry, OctaviaError } from '@octavia/pipeline';
import { lockKey } from '@octavia/pipeline/lock';
import type { PullPlatform } from '@octavia/pipeline/packs/platform';
import { pull } from '@octavia/pipeline/packs/pull';
import { packPlaces } from '../../gpu-worker/packs/places.ts';
import { nodePullPlatform } from '../../gpu-worker/packs/platform.ts';
import { storedPath } from '../../gpu-worker/packs/store.ts';
import { fakeHub } from '../fakes/hub.ts';
import { content, HASTY, hubModel, publish, REVISION, sha256, type Hub } from '../support/models/packs.ts';

const never = new AbortController().signal;
const GRAPH = 'onnx/text_encoder.onnx';
const files = { 'config.json': content('config', 300), [GRAPH]: content('graph', 4000) };
const weights = content('weights', 300_000);
const graphs = { [GRAPH]: { devices: ['cpu'], dtype: 'fp32' } } as const;

let hub: Hub;
let root: string;

beforeEach(async () => {
  hub = await fakeHub();
  root = await mkdtemp(join(tmpdir(), 'octavia-sources-'));
});
afterEach(async () => {
  await hub.close();
  await rm(root, { recursive: true });
});

/** A machine of its own, with the lock that all share. */
const machine = (name: string) =>
  packPlaces({ OCTAVIA_MODEL_STORE: join(root, name), OCTAVIA_MODEL_LOCK: join(root, 'lock.json') });
const run = (
  model: ModelEntry,
  host = hub.origin,
  platform: PullPlatform = nodePullPlatform(machine('one')),
) => pull([model], platform, { host, patience: HASTY }, never, () => undefined);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error as OctaviaError).toJSON(),
  );
const kept = async (name: string, bytes: Uint8Array) =>
  new Uint8Array(await readFile(storedPath(machine(name).store, sha256(bytes))));

describe('before the first byte a pull refuses', () => {
  it('a file that the hub does not list', async () => {
    const model = hubModel('voice', { ...files, 'voices/F9.bin': content('voice', 2000) });
    publish(hub, model, files);
    expect(await refusal(run(model))).toEqual({
      code: 'model.unavailable',
      detail: expect.stringMatching(
        /does not list test\/voice@.*voices\/F9\.bin.*Nothing was fetched/,
      ) as string,
    });
    expect(hub.fetches()).toEqual([]);
  });

  it.each(['_data', '_data_1', '.data'])('a graph whose %s the catalogue does not name', async (ending) => {
    const model = hubModel('voice', files, { graphs });
    publish(hub, model, { ...files, [`${GRAPH}${ending}`]: weights, 'onnx/other.onnx_data': weights });
    expect(await refusal(run(model))).toEqual({
      code: 'catalogue.invalid',
      detail: `The weights of ${GRAPH} are in ${GRAPH}${ending} of test/voice, which the entry "voice" does not name. Nothing was fetched.`,
    });
    expect(hub.fetches()).toEqual([]);
    const whole = { ...files, [`${GRAPH}${ending}`]: weights };
    expect(await run(hubModel('voice', whole, { graphs }))).toMatchObject({ fetched: 3 });
  });
});

it('takes from a plain mirror what the catalogue has at a wrong size', async () => {
  const mirror = await fakeHub({ mirror: true });
  const model = hubModel('voice', files);
  const wrong = { ...model, files: model.files.map((file, i) => ({ ...file, bytes: [9_000, 250][i] ?? 0 })) };
  publish(mirror, model, files);
  expect(await run(wrong, mirror.origin)).toMatchObject({ fetched: 2 });
  await mirror.close();
});

describe('a branch that moves on', () => {
  const branch = { hub: { repo: 'test/voice', revision: 'main' } };
  const put = (on: Hub, held: Readonly<Record<string, Uint8Array>>) => {
    for (const [path, bytes] of Object.entries(held)) on.put('test/voice', 'main', path, bytes);
  };
  const later = { 'config.json': content('later config', 300), [GRAPH]: content('later graph', 5000) };

  it('does not take away from others what the lock recorded', async () => {
    const model = hubModel('voice', files, branch);
    put(hub, files);
    await run(model);
    const lock = await nodePullPlatform(machine('one')).lock.read();
    const commits = Object.values(lock.files).map(({ commit }) => commit);
    expect(commits).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/), commits[0]]);
    put(hub, later);
    expect(await run(model, hub.origin, nodePullPlatform(machine('two')))).toMatchObject({
      fetched: 2,
      learned: [],
    });
    expect(await kept('two', files[GRAPH])).toEqual(files[GRAPH]);
    // A mirror that has the branch alone still serves while it holds the recorded files.
    const mirror = await fakeHub({ mirror: true });
    put(mirror, files);
    const three = nodePullPlatform(machine('three'));
    expect(await run(model, mirror.origin, three)).toMatchObject({ fetched: 2 });
    put(mirror, later);
    const four = nodePullPlatform(machine('four'));
    expect(await refusal(run(model, mirror.origin, four))).toMatchObject({ code: 'model.changed' });
    await mirror.close();
  });

  it('gives a file that the catalogue gained later from the commit of the others', async () => {
    put(hub, { ...files, 'voices/F1.bin': content('first', 2000) });
    await run(hubModel('voice', files, branch));
    put(hub, { ...later, 'voices/F1.bin': content('second', 2000) });
    const grown = { ...files, 'voices/F1.bin': content('first', 2000) };
    expect(await run(hubModel('voice', grown, branch))).toMatchObject({ fetched: 1 });
    expect(await kept('one', grown['voices/F1.bin'])).toEqual(grown['voices/F1.bin']);
  });

  it('is recorded from the answer, where the host has no API but says it there', async () => {
    const plain = nodePullPlatform(machine('one'));
    const noApi: PullPlatform = {
      ...plain,
      fetch: (address, init) =>
        plain.fetch(address.includes('/api/') ? `${hub.origin}/api/none` : address, init),
    };
    put(hub, files);
    await run(hubModel('voice', { 'config.json': files['config.json'] }, branch), hub.origin, noApi);
    const pin = (await plain.lock.read()).files[lockKey(branch.hub, 'config.json')];
    expect(pin?.commit).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('content that changes while a file is half fetched', () => {
  const NAME = 'onnx/model.onnx';
  const before = content('before', 500_000);
  const after = content('after', 500_000);

  it.each(['with If-Range', 'without, as browsers ask'])('is fetched anew, %s', async (how) => {
    const mirror = await fakeHub({ mirror: true });
    const model = hubModel('asr', { [NAME]: before });
    publish(mirror, model, { [NAME]: before });
    mirror.fault(lockKey({ repo: 'test/asr', revision: REVISION }, NAME), { kind: 'cut', after: 200_000 });
    const platform = nodePullPlatform(machine('one'));
    const plain: PullPlatform = {
      ...platform,
      fetch: (address, { headers, signal }) =>
        platform.fetch(address, {
          headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'If-Range')),
          signal,
        }),
    };
    const stop = new AbortController();
    const options = { host: mirror.origin, patience: HASTY };
    const first = pull([model], platform, options, stop.signal, (event) => {
      if (event.type === 'file' && event.state === 'retrying') stop.abort();
    });
    expect(await refusal(first)).toMatchObject({ code: 'job.cancelled' });
    mirror.heal();
    publish(mirror, model, { [NAME]: after });
    const [name] = mirror.fetches().splice(0);
    expect(name?.range).toBeUndefined();
    await run(model, mirror.origin, how === 'with If-Range' ? platform : plain);
    expect(mirror.fetches().some(({ range }) => range !== undefined)).toBe(true);
    expect(await kept('one', after)).toEqual(after);
    await mirror.close();
  });
});
