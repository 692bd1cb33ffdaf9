import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OctaviaError } from '@octavia/pipeline/errors';
import { lockKey } from '@octavia/pipeline/lock';
import type { PullPlatform } from '@octavia/pipeline/packs/platform';
import type { PullEvent } from '@octavia/pipeline/packs/progress';
import { pull } from '@octavia/pipeline/packs/pull';
import { packPlaces, type PackPlaces } from '../../gpu-worker/packs/places.ts';
import { nodePullPlatform } from '../../gpu-worker/packs/platform.ts';
import { storedPath } from '../../gpu-worker/packs/store.ts';
import { fakeHub } from '../fakes/hub.ts';
import { content, HASTY, hubModel, publish, REVISION, sha256, type Hub } from '../support/models/packs.ts';

const never = new AbortController().signal;
const files = {
  'config.json': content('config', 300),
  'onnx/encoder_model.onnx': content('encoder', 300_000),
  'onnx/decoder_model.onnx': content('decoder', 500_000),
};
const model = hubModel('whisper-tiny', files);
const DECODER = 'onnx/decoder_model.onnx';
const keyOf = (path: string) => lockKey({ repo: 'test/whisper-tiny', revision: REVISION }, path);

let hub: Hub;
let places: PackPlaces;
let platform: PullPlatform;
let events: PullEvent[];

beforeEach(async () => {
  hub = await fakeHub();
  publish(hub, model, files);
  const root = await mkdtemp(join(tmpdir(), 'octavia-pull-'));
  places = packPlaces({
    OCTAVIA_MODEL_STORE: join(root, 'store'),
    OCTAVIA_MODEL_LOCK: join(root, 'lock.json'),
  });
  platform = nodePullPlatform(places);
  events = [];
});
afterEach(async () => {
  await hub.close();
  await rm(join(places.store, '..'), { recursive: true });
});

const run = (signal = never, host = hub.origin) =>
  pull([model], platform, { host, patience: HASTY }, signal, (event) => events.push(event));
const states = (path: string) =>
  events.flatMap((event) => (event.type === 'file' && event.path === path ? [event.state] : []));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error as OctaviaError).code,
  );

/** Everything is there, whole and as published, and nothing else is. */
async function expectWhole(): Promise<void> {
  const kept = await readdir(join(places.store, 'files'));
  expect(kept.sort()).toEqual(Object.values(files).map(sha256).sort());
  for (const bytes of Object.values(files)) {
    expect(new Uint8Array(await readFile(storedPath(places.store, sha256(bytes))))).toEqual(bytes);
  }
  expect(await readdir(join(places.store, 'unfinished'))).toEqual([]);
}

describe('a pull', () => {
  it('fetches all files, records their hashes, and has nothing to do the second time', async () => {
    const done = await run();
    expect(done).toMatchObject({ fetched: 3, kept: 0, bytes: 800_300 });
    expect([...done.learned].sort()).toEqual(Object.keys(files).map(keyOf).sort());
    await expectWhole();
    const lock = await platform.lock.read();
    expect(lock.files[keyOf(DECODER)]).toEqual({ bytes: 500_000, sha256: sha256(files[DECODER]) });
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
    expect(progress.at(-1)).toMatchObject({ bytes: 800_300, totalBytes: 800_300, approximate: false });
    const before = hub.requests.length;
    expect(await run()).toEqual({ fetched: 0, kept: 3, bytes: 0, learned: [] });
    expect(hub.requests.length).toBe(before);
  });

  it('does the same from a plain mirror, which has no list and no redirects', async () => {
    const mirror = await fakeHub({ mirror: true });
    publish(mirror, model, files);
    expect(await run(never, `${mirror.origin}/`)).toMatchObject({ fetched: 3 });
    await mirror.close();
    await expectWhole();
  });
});

describe('a pull that is interrupted', () => {
  it('goes on where a broken line stopped, with a range of the same content', async () => {
    hub.fault(keyOf(DECODER), { kind: 'cut', after: 200_000, times: 2 });
    await run();
    await expectWhole();
    expect(states(DECODER)).toEqual(['fetching', 'retrying', 'retrying', 'done']);
    const ranges = hub.fetches().flatMap(({ path, range }) => (path.endsWith(DECODER) ? [range] : []));
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
  });

  it('starts anew when the source cannot go on, or has another content by then', async () => {
    hub.fault(keyOf(DECODER), { kind: 'cut', after: 200_000, times: 1 });
    const paused = new AbortController();
    const first = pull([model], platform, { host: hub.origin, patience: HASTY }, paused.signal, (event) => {
      if (event.type === 'file' && event.state === 'retrying') paused.abort();
    });
    expect(await codeOf(first)).toBe('job.cancelled');
    hub.fault(keyOf(DECODER), { kind: 'no-ranges' });
    await run();
    await expectWhole();
  });

  it('pauses when aborted, keeps what has arrived, and goes on from there', async () => {
    hub.fault(keyOf(DECODER), { kind: 'slow', bytesPerSecond: 400_000 });
    const stop = new AbortController();
    const first = pull([model], platform, { host: hub.origin, patience: HASTY }, stop.signal, (event) => {
      if (event.type === 'progress' && event.bytes > 350_000) stop.abort();
    });
    expect(await codeOf(first)).toBe('job.cancelled');
    const begun = (await readdir(join(places.store, 'unfinished'))).filter((name) => !name.includes('.'));
    expect(begun).toHaveLength(1);
    const there = (await stat(join(places.store, 'unfinished', begun[0] ?? ''))).size;
    expect(there).toBeGreaterThan(10_000);
    hub.heal();
    expect((await run()).bytes).toBe(500_000 - there);
    await expectWhole();
  });

  it('waits out a host in trouble, and a line on which nothing comes', async () => {
    hub.fault(keyOf('config.json'), { kind: 'status', status: 503, times: 2 });
    hub.fault(keyOf('onnx/encoder_model.onnx'), { kind: 'status', status: 429, retryAfter: 0, times: 1 });
    hub.fault(keyOf(DECODER), { kind: 'stall', after: 100_000, times: 1 });
    await run();
    await expectWhole();
    expect(states(DECODER)).toContain('retrying');
  });
});

describe('a pull of damaged files', () => {
  it('fetches a damaged file anew, on arrival and when it lies here already', async () => {
    hub.fault(keyOf(DECODER), { kind: 'corrupt', times: 1 });
    await run();
    await expectWhole();
    const path = storedPath(places.store, sha256(files[DECODER]));
    const bytes = await readFile(path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await writeFile(path, bytes);
    events = [];
    expect(await run()).toMatchObject({ fetched: 1, kept: 2, learned: [] });
    expect(states(DECODER)).toEqual(['damaged', 'fetching', 'done']);
    await expectWhole();
  });
});

describe('a pull refuses', () => {
  it('a file that is not the recorded one, before and while it is fetched', async () => {
    await run();
    await platform.store.delete(sha256(files[DECODER]));
    hub.put('test/whisper-tiny', REVISION, DECODER, content('other', 500_000));
    const before = hub.fetches().length;
    expect(await codeOf(run())).toBe('model.changed');
    expect(hub.fetches().length).toBe(before);
    const mirror = await fakeHub({ mirror: true });
    publish(mirror, model, { ...files, [DECODER]: content('other', 500_000) });
    expect(await codeOf(run(never, mirror.origin))).toBe('model.changed');
    await mirror.close();
    expect(await platform.store.size(sha256(files[DECODER]))).toBeUndefined();
    expect((await platform.lock.read()).files[keyOf(DECODER)]?.sha256).toBe(sha256(files[DECODER]));
  });

  it.each([
    [{ kind: 'lie', more: -1000 }, 'model.changed'],
    [{ kind: 'corrupt', varying: true }, 'model.damaged'],
    [{ kind: 'page' }, 'model.unavailable'],
    [{ kind: 'status', status: 404 }, 'model.unavailable'],
    [{ kind: 'status', status: 500 }, 'model.unreachable'],
  ] as const)('%o as %s, and records nothing of it', async (fault, code) => {
    hub.fault(keyOf(DECODER), fault);
    expect(await codeOf(run())).toBe(code);
    expect(await platform.store.size(sha256(files[DECODER]))).toBeUndefined();
    expect((await platform.lock.read()).files[keyOf(DECODER)]).toBeUndefined();
    hub.heal();
    await run();
    await expectWhole();
  });

  it('a mirror that lies about lengths, or has placeholders in place of files', async () => {
    const mirror = await fakeHub({ mirror: true });
    publish(mirror, model, files);
    mirror.fault(keyOf(DECODER), { kind: 'lie', more: 1000 });
    expect(await codeOf(run(never, mirror.origin))).toBe('model.unreachable');
    mirror.heal();
    const text = (words: string) => new TextEncoder().encode(words);
    for (const placeholder of [
      new Uint8Array(),
      content('too little', 130),
      text(`version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\n`.padEnd(9000)),
      text('<!DOCTYPE html><title>Log in</title>'.padEnd(9000)),
    ]) {
      mirror.put('test/whisper-tiny', REVISION, DECODER, placeholder);
      expect(await codeOf(run(never, mirror.origin))).toBe('model.damaged');
    }
    await mirror.close();
    expect((await platform.lock.read()).files[keyOf(DECODER)]).toBeUndefined();
    await run();
    await expectWhole();
  });
});

describe('a pull refuses before it begins', () => {
  it('to go on without a network, and says what to do', async () => {
    await hub.close();
    const failed = run().catch((error: unknown) => error as OctaviaError);
    expect(await failed).toMatchObject({
      code: 'model.unreachable',
      message: expect.stringMatching(
        /ECONNREFUSED.*OCTAVIA_MODEL_HOST.*import the files from a folder/,
      ) as string,
    });
    hub = await fakeHub();
  });

  it('to learn a hash over a line that others can change', async () => {
    expect(await codeOf(run(never, 'http://mirror.example'))).toBe('model.untrusted');
  });

  it('to begin without room', async () => {
    const { store } = platform;
    const cramped = { ...platform, store: { ...store, freeBytes: () => Promise.resolve(1e6) } };
    const failed = pull([model], cramped, { host: hub.origin, patience: HASTY }, never, () => undefined);
    await expect(failed).rejects.toMatchObject({
      code: 'storage.full',
      message: expect.stringMatching(/800 kB have to be downloaded, but only 1 MB are free/) as string,
    });
    expect(hub.fetches()).toEqual([]);
  });
});

it('says so when the disk is full on the way, leaves nothing broken, and goes on once there is room', async () => {
  let room = 400_000;
  const full: PullPlatform['store'] = {
    ...platform.store,
    async open(...args) {
      const file = await platform.store.open(...args);
      const append = async (piece: Uint8Array) => {
        if ((room -= piece.length) < 0) throw new OctaviaError('storage.full');
        await file.append(piece);
      };
      // Not spread: its length is read anew each time.
      return Object.create(file, { append: { value: append } }) as typeof file;
    },
  };
  const cramped = { ...platform, store: full };
  const failed = pull([model], cramped, { host: hub.origin, patience: HASTY }, never, () => undefined);
  expect(await codeOf(failed)).toBe('storage.full');
  expect((await platform.store.list()).every(({ bytes }) => bytes < 500_000)).toBe(true);
  expect((await run()).bytes).toBeLessThan(800_300);
  await expectWhole();
});

it('is shared: two at once fetch every file once', async () => {
  hub.fault(keyOf(DECODER), { kind: 'slow', bytesPerSecond: 2_000_000 });
  const other = nodePullPlatform(places);
  const [one, two] = await Promise.all([
    run(),
    pull([model], other, { host: hub.origin, patience: HASTY }, never, () => undefined),
  ]);
  expect(one.bytes + two.bytes).toBe(800_300);
  expect(hub.fetches()).toHaveLength(3);
  await expectWhole();
});
