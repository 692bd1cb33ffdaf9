import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DubRequest, DubResult, Host, ModelEntry, Synthesiser } from '@octavia/pipeline';
import { OctaviaError } from '@octavia/pipeline/errors';
import { writeSrt } from '@octavia/pipeline/subtitles/write';
import { resample } from '@octavia/pipeline/audio/resample';
import { dub } from '@octavia/pipeline/dub';
import { openDiskFile, type DiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { createInference } from '../../gpu-worker/adapters/inference.ts';
import { createFolderStore } from '../../gpu-worker/adapters/store.ts';
import { createNodeHost, type NodeHost } from '../../gpu-worker/host.ts';
import { tinyMdx } from '../fixtures/tiny/separation.ts';
import { tinyEmbedding, tinySegmentation } from '../fixtures/tiny/speakers.ts';
import { CAST, converse, type Conversation } from '../support/sound/conversation.ts';
import { ffmpeg } from '../support/cli/octavia.ts';
import { samples } from '../support/sound/measure.ts';
import { starter } from '../support/models/starter.ts';

const RATE = 44_100;
const MUSIC = [5600, 7100, 9000];
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'octavia-keep-'));
const models = new URL('../../static/models', import.meta.url).pathname;

/** The level of the chord in dB, by correlation with its three tones. */
function musicLevel(sound: Float32Array, from: number, to: number): number {
  let power = 0;
  for (const frequency of MUSIC) {
    let [re, im] = [0, 0];
    for (let i = Math.round(from * RATE); i < Math.round(to * RATE); i++) {
      re += (sound[i] ?? 0) * Math.cos((2 * Math.PI * frequency * i) / RATE);
      im += (sound[i] ?? 0) * Math.sin((2 * Math.PI * frequency * i) / RATE);
    }
    power += (re * re + im * im) / ((to - from) * RATE) ** 2;
  }
  return 10 * Math.log10(power);
}

/** Speech (16 kHz) under 4 kHz, with the music far above it. */
function scored(speech: Float32Array): Float32Array {
  return resample(resample(speech, 16_000, 8000), 8000, RATE).map((x, i) => {
    const music = MUSIC.reduce((sum, f) => sum + 0.03 * Math.sin((2 * Math.PI * f * i) / RATE), 0);
    return 0.5 * x + music;
  });
}

function writeSound(sound: Float32Array, path: string): void {
  writeFileSync(`${path}.raw`, new Uint8Array(sound.buffer));
  ffmpeg(
    ...(['ffmpeg', '-v', 'error', '-f', 'f32le', '-ar', `${RATE}`] as const),
    ...['-i', `${path}.raw`, '-c:a', 'pcm_s24le', path],
  );
}

/** The Node host with tiny models beside the starter's, and espeak-ng passed off as an engine that clones. */
function equipped(host: NodeHost, talk: Conversation): Host {
  const lessons = talk.lessons.map((voice) => voice.map((sound) => resample(scored(sound), RATE, 16_000)));
  const tiny = [tinyMdx(), tinySegmentation([CAST[0].f0, CAST[1].f0, CAST[2].f0]), tinyEmbedding(lessons)];
  const cloner: ModelEntry = {
    ...starter('espeak-ng'),
    id: 'tiny-cloner',
    title: 'Cloner',
    runtime: 'chatterbox',
    clones: true,
  };
  const bytesOf = (id: string) => tiny.find(({ entry }) => entry.id === id)?.bytes;
  const added = [...tiny.map(({ entry }) => entry), cloner];
  const files: Host['models'] = {
    installed: (model) => (added.includes(model) ? Promise.resolve(true) : host.models.installed(model)),
    read: (model, file, signal) =>
      Promise.resolve(bytesOf(model.id) ?? host.models.read(model, file, signal)),
  };
  return {
    ...host,
    models: files,
    inference: createInference(files),
    catalogue: {
      ...host.catalogue,
      packs: [
        { id: 'clone', title: '', description: '', models: added.map(({ id }) => id) },
        ...host.catalogue.packs.filter(({ id }) => id === 'starter'),
      ],
      models: [...host.catalogue.models, ...added],
    },
    engines: {
      ...host.engines,
      async synthesiser(model, signal) {
        const espeak = await host.engines.synthesiser(starter('espeak-ng'), signal);
        if (model.id !== cloner.id) return espeak;
        return {
          ...espeak,
          voices: () => [],
          clone(reference, language) {
            const seconds = (reference.channels[0]?.length ?? 0) / reference.sampleRate;
            expect(seconds).toBeGreaterThan(3);
            const [voice] = espeak.voices(language);
            return Promise.resolve({ ...voice!, id: `clone-${seconds.toFixed(2)}`, learnt: {} });
          },
          speak: (request, stop) => {
            const [voice] = espeak.voices(request.voice.language);
            return espeak.speak({ ...request, voice: voice! }, stop);
          },
        };
      },
    },
  };
}

const order = [0, 1, 0, 1, 0, 1];
const path = join(folder, 'film.wav');
let talk: Conversation;
let node: NodeHost;
let host: Host;
let request: DubRequest;
let result: DubResult;

beforeAll(async () => {
  node = await createNodeHost({
    models,
    scratch: join(folder, 'media'),
    store: createFolderStore(join(folder, 'store')),
  });
  talk = await converse(node.engines, order);
  writeSound(scored(talk.sound), path);
  host = equipped(node, talk);
  const cues = talk.truth.map(({ start, end }, i) => {
    return {
      start,
      end,
      text: i % 2 === 0 ? 'El barco sale del puerto.' : 'Nadie sabe qué tiempo hará.',
      speaker: undefined,
    };
  });
  request = {
    jobId: 'film',
    input: await openDiskFile(path),
    source: 'en',
    target: 'es',
    pack: 'auto',
    device: 'cpu',
    voice: { kind: 'clone' },
    consent: { clonedVoices: true, at: '2026-11-24T00:00:00.000Z' },
    background: 'keep',
    keepOriginal: false,
    subtitles: { name: 'film.srt', bytes: new TextEncoder().encode(writeSrt(cues)), language: 'es' },
  };
  result = await dub(request, host, never, () => undefined);
});

afterAll(() => {
  node.close();
  rmSync(folder, { recursive: true });
});

/** The host with other synthesis engines, and how often the cloning one was opened and closed. */
function withCloner(change: Partial<Synthesiser>, presetChange: Partial<Synthesiser> = {}) {
  const seen = { opened: 0, closed: 0 };
  const changed: Host = {
    ...host,
    catalogue: {
      ...host.catalogue,
      models: host.catalogue.models.map((model) =>
        model.stage === 'synthesise'
          ? { ...model, graphs: { 'model.onnx': { devices: ['webgpu', 'cpu'], dtype: 'fp32' } } }
          : model,
      ),
    },
    models: { ...host.models, installed: (model) => host.models.installed(known(model)) },
    engines: {
      ...host.engines,
      async synthesiser(model, signal) {
        const engine = await host.engines.synthesiser(known(model), signal);
        if (model.id !== 'tiny-cloner') return { ...engine, ...presetChange };
        seen.opened++;
        const close = () => {
          seen.closed++;
          return engine.close();
        };
        return { ...engine, ...change, close };
      },
    },
  };
  return { changed, seen };
}
const known = (model: ModelEntry) => host.catalogue.models.find(({ id }) => id === model.id) ?? model;

describe('a film with music, dubbed in cloned voices over the background it had', () => {
  it('knows who speaks each line, and gives each their own voice', () => {
    const { segments, stages } = result.report;
    expect(segments.map(({ speaker }) => speaker)).toEqual(order.map((voice) => `speaker-${voice + 1}`));
    const voices = segments.map(({ voice }) => voice);
    expect(voices.every((voice) => voice.startsWith('clone-'))).toBe(true);
    expect(new Set(voices).size).toBe(2);
    expect(stages.diarise?.model).toBe('tiny-segmentation');
    expect(stages.separate?.model).toBe('tiny-mdx');
    expect(stages.synthesise?.model).toBe('tiny-cloner');
    expect(result.report.warnings.map(({ code }) => code)).not.toContain('background.keep_unavailable');
  });

  it('keeps the music at its level, under the dub and between the lines', () => {
    const before = samples(path, 0, RATE);
    const after = samples((result.output as DiskFile).path, 0, RATE);
    // All of the mix may be moved a little, to be as loud as the source was.
    const moved = musicLevel(after, 0.1, 0.4) - musicLevel(before, 0.1, 0.4);
    expect(Math.abs(moved)).toBeLessThan(2);
    for (const { start, end } of talk.truth) {
      const change = musicLevel(after, start, end) - musicLevel(before, start, end);
      expect(Math.abs(change - moved)).toBeLessThan(1);
    }
  });

  it('says in the report when consent was given, and leaves nothing of the voices behind', () => {
    expect(result.report.consent).toEqual(request.consent);
    expect(existsSync(join(folder, 'store'))).toBe(true);
    const kept = readdirSync(join(folder, 'store'), { recursive: true, encoding: 'utf8' });
    expect(kept.filter((name) => name.includes('cloned'))).toEqual([]);
  });

  it('leaves nothing behind either when it is stopped while it speaks', async () => {
    const stop = new AbortController();
    const keys: string[] = [];
    const watched: Host = {
      ...host,
      store: {
        ...host.store,
        get: (key) => host.store.get(key),
        list: (prefix) => host.store.list(prefix),
        delete: (prefix) => host.store.delete(prefix),
        async put(key, value) {
          await host.store.put(key, value);
          keys.push(key);
          if (key.includes('cloned/')) stop.abort();
        },
      },
    };
    const job = dub({ ...request, jobId: 'stopped' }, watched, stop.signal, () => undefined);
    await expect(job).rejects.toMatchObject({ code: 'job.cancelled' });
    expect(keys.some((key) => key.startsWith('stopped/cloned/'))).toBe(true);
    expect(await host.store.list('stopped/cloned/')).toEqual([]);
  });
});

describe('a film that cannot be dubbed in cloned voices as it was meant', () => {
  it('lets go of the cloning engine when a voice cannot be learnt', async () => {
    const { changed, seen } = withCloner({ clone: () => Promise.reject(new OctaviaError('model.failed')) });
    const job = dub(request, changed, never, () => undefined);
    await expect(job).rejects.toMatchObject({ code: 'model.failed' });
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });

  it('says which engines lost their device, and ends well where nothing can be deleted', async () => {
    const { changed, seen } = withCloner({ lost: 'webgpu' }, { lost: 'webgpu' });
    const store: Host['store'] = {
      get: (key) => host.store.get(key),
      put: (key, value) => host.store.put(key, value),
      list: (prefix) => host.store.list(prefix),
      delete: () => Promise.reject(new Error('read-only')),
    };
    const { report } = await dub(
      { ...request, device: 'auto' },
      { ...changed, store },
      never,
      () => undefined,
    );
    const told = report.warnings.filter(({ code }) => code === 'device.fallback');
    expect(told.map(({ message }) => message)).toEqual(
      ['eSpeak NG', 'Cloner'].map((title) => `"${title}" lost its device (webgpu) and continued on the CPU.`),
    );
    expect(report.segments.every(({ voice }) => voice.startsWith('clone-'))).toBe(true);
    expect(seen).toEqual({ opened: 1, closed: 1 });
    await host.store.delete('film/cloned/');
  });

  it('clones nobody without consent', async () => {
    const without = Object.fromEntries(Object.entries(request).filter(([name]) => name !== 'consent'));
    await expect(dub(without as unknown as DubRequest, host, never, () => undefined)).rejects.toMatchObject({
      code: 'policy.consent_required',
      exitCode: 6,
    });
  });
});
