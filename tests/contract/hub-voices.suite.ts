import { describe, expect, it } from 'vitest';
import { measurePitch } from '@octavia/pipeline/audio/f0';
import { kokoroSpeed } from '@octavia/pipeline/families/kokoro/pace';
import type { Pcm } from '@octavia/pipeline/media-types';
import type { Engines, Synthesiser, Voice } from '@octavia/pipeline/ports';
import { LETTER_SECONDS as HUMMED, tinyChatterbox } from '../fixtures/tiny/chatterbox.ts';
import { letterF0 as soundF0, LETTER_SECONDS as SOUNDED, tinyKokoro } from '../fixtures/tiny/kokoro.ts';
import { letterF0, LETTER_SECONDS as SUNG, tinySupertonic } from '../fixtures/tiny/supertonic.ts';
import { starter } from '../support/models/starter.ts';

const never = new AbortController().signal;
const seconds = ({ channels: [samples], sampleRate }: Pcm) => (samples?.length ?? 0) / sampleRate;
/** Kept of the silence at both ends, in seconds (audio/onset.ts). */
const KEPT = 0.05 + 0.15;
const spoken = (pcm: Pcm) => seconds(pcm) - KEPT;
const pitch = ({ channels: [samples], sampleRate }: Pcm) =>
  measurePitch(samples ? [samples] : [], sampleRate)?.median;
/** Of each token of 40 ms, as a text. */
const loudness = ({ channels: [samples = new Float32Array()] }: Pcm) =>
  Array.from({ length: samples.length / 960 }, (_, token) =>
    Math.max(...samples.subarray(token * 960, (token + 1) * 960)).toFixed(2),
  ).join(' ');
const tone = (hertz: number, rate: number): Pcm => ({
  sampleRate: rate,
  channels: [
    Float32Array.from({ length: 2 * rate }, (_, i) => 0.4 * Math.sin((2 * Math.PI * hertz * i) / rate)),
  ],
});
const say = (engine: Synthesiser, text: string, voice: Voice, pace = 1, seed = 0) =>
  engine.speak({ text, voice, pace, medianF0: voice.medianF0, f0Range: 1, seed }, never);

/** The models of the suite, as a host reads them. */
export const HUB_VOICES = [
  tinySupertonic(),
  tinySupertonic({ id: 'beside' }, true),
  tinyChatterbox(),
  tinyKokoro(),
];

/** Entries whose graphs shall run on one device. */
const onlyOn =
  (device: 'webgpu' | 'cpu') =>
  <T extends { graphs?: object }>(entry: T) => ({
    ...entry,
    graphs: Object.fromEntries(
      Object.keys(entry.graphs ?? {}).map((path) => [path, { devices: [device], dtype: 'fp32' }] as const),
    ),
  });

interface Tested {
  readonly engines: () => Engines;
  readonly device: 'webgpu' | 'cpu';
  readonly on: ReturnType<typeof onlyOn>;
}

/** What every host's synthesisers from a hub keep, shown on ones that sing and hum. */
export function hubVoicesSuite(host: string, engines: () => Engines, device: 'webgpu' | 'cpu'): void {
  const tested = { engines, device, on: onlyOn(device) };

  describe(`synthesis with models from a hub, ${host}, ${device}`, () => {
    singing(tested);
    reading(tested);
    lacking(tested);
    cloning(tested);
  });
}

function singing({ engines, device, on }: Tested): void {
  it('speaks in the voices of the files, at the wished pace, the same each time', async () => {
    const engine = await engines().synthesiser(on(tinySupertonic().entry), never);
    try {
      expect(engine.device).toBe(device);
      const [high, low] = engine.voices('es');
      if (high === undefined || low === undefined) throw new Error('no voices');
      expect([high.id, low.id, high.language]).toEqual(['F1', 'M1', 'es']);
      expect(engine.voices('de')).toEqual([]);
      const normal = await say(engine, 'bbbbbbbb', low);
      // Its own haste is 1.05; a full stop is added, and a tag on either side.
      expect(seconds(normal)).toBeCloseTo((11 * SUNG) / 1.05, 1);
      expect(pitch(normal)).toBeCloseTo(letterF0('b'), -0.5);
      expect(pitch(await say(engine, 'bbbbbbbb', high))).toBeCloseTo(2 * letterF0('b'), -0.5);
      expect(pitch(await say(engine, 'eeeeeeee', low))).toBeCloseTo(letterF0('e'), -0.5);
      const quick = await say(engine, 'bbbbbbbb', low, 1.25);
      expect(seconds(normal) / seconds(quick)).toBeCloseTo(1.25, 1);
      expect(await say(engine, 'bbbbbbbb', low)).toEqual(normal);
      expect(seconds(await say(engine, '  😀 ', low))).toBe(0);
    } finally {
      await engine.close();
    }
  });

  it('reads weights that lie in files beside the graphs, as those of the hub do', async () => {
    const { entry } = tinySupertonic({ id: 'beside' }, true);
    expect(entry.files.some(({ path }) => path === 'onnx/text_encoder.onnx_data')).toBe(true);
    const engine = await engines().synthesiser(on(entry), never);
    try {
      const [, low] = engine.voices('es');
      if (low === undefined) throw new Error('no voices');
      expect(pitch(await say(engine, 'bbbbbbbb', low))).toBeCloseTo(letterF0('b'), -0.5);
    } finally {
      await engine.close();
    }
  });
}

function reading({ engines, device, on }: Tested): void {
  it('says the sounds that eSpeak hears in the text, in the voices of its language, at the wished pace', async () => {
    const engine = await engines().synthesiser(on(tinyKokoro().entry), never, starter('espeak-ng'));
    try {
      expect(engine.device).toBe(device);
      const ids = (language: string) => engine.voices(language).map(({ id }) => id);
      expect([ids('es'), ids('fr'), ids('de')]).toEqual([['ef_dora', 'em_alex'], ['ff_siwis'], []]);
      expect(ids('en')).toEqual(['af_heart', 'am_michael', 'bf_emma']);
      expect(ids('en-GB')).toEqual(['bf_emma', 'af_heart', 'am_michael']);
      const [dora, alex] = engine.voices('es');
      const american = engine.voices('en').find(({ gender }) => gender === 'male');
      if (dora === undefined || alex === undefined || american === undefined) throw new Error('no voices');

      const normal = await say(engine, 'a, a, a, a', alex);
      // From the first letter to the last, with stress, comma and space between them.
      expect(spoken(normal)).toBeCloseTo(13 * SOUNDED, 1.6);
      expect(pitch(normal)).toBeCloseTo(soundF0('a'), -0.5);
      expect(pitch(await say(engine, 'a, a, a, a', dora))).toBeCloseTo(2 * soundF0('a'), -0.5);
      expect(pitch(await say(engine, 'o, o, o, o', alex))).toBeCloseTo(soundF0('o'), -0.5);
      expect(pitch(await say(engine, 'eye, eye, eye', american))).toBeCloseTo(soundF0('I'), -0.5);
      const quick = await say(engine, 'a, a, a, a', alex, 1.25);
      // The real one needs this speed for that tempo; the tiny one's tempo is its speed.
      expect(spoken(normal) / spoken(quick)).toBeCloseTo(kokoroSpeed(1.25), 1.5);
      expect(await say(engine, 'a, a, a, a', alex)).toEqual(normal);
      expect(seconds(await say(engine, '  😀 ', alex))).toBe(0);
    } finally {
      await engine.close();
    }
  });

  it('says in parts what is longer than the model takes', async () => {
    const engine = await engines().synthesiser(on(tinyKokoro().entry), never, starter('espeak-ng'));
    try {
      const [, alex] = engine.voices('es');
      if (alex === undefined) throw new Error('no voice');
      const sentence = `${'a, '.repeat(40)}a.`;
      const once = await say(engine, sentence, alex);
      const often = await say(engine, Array(5).fill(sentence).join(' '), alex);
      expect(seconds(often)).toBeGreaterThan(5 * seconds(once) - 1);
      const [samples = new Float32Array()] = often.channels;
      for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const at = Math.floor(part * samples.length);
        expect(Math.max(...samples.subarray(at, at + 24_000))).toBeGreaterThan(0.2);
      }
    } finally {
      await engine.close();
    }
  });
}

function lacking({ engines, on }: Tested): void {
  it('fails when nothing tells it how words sound', async () => {
    await expect(engines().synthesiser(on(tinyKokoro().entry), never)).rejects.toMatchObject({
      code: 'model.failed',
    });
  });

  it('takes from the catalogue what a repository lacks', async () => {
    const { entry, files } = tinyChatterbox();
    const supplied = JSON.parse(new TextDecoder().decode(files['config.json'])) as object;
    const lacking = {
      ...on(entry),
      files: entry.files.filter(({ path }) => path !== 'config.json'),
      supplies: { 'config.json': supplied },
    };
    const engine = await engines().synthesiser(lacking, never);
    expect((await engine.clone?.(tone(110, 48_000), 'es', never))?.gender).toBe('male');
    await engine.close();
  });
}

function cloning({ engines, on }: Tested): void {
  it('learns a voice, keeps it apart from another, and knows it again in a new engine', async () => {
    const model = on(tinyChatterbox().entry);
    const first = await engines().synthesiser(model, never);
    let deep: Voice | undefined;
    try {
      expect([first.paced, first.voices('es')]).toEqual([false, []]);
      deep = await first.clone?.(tone(110, 48_000), 'es', never);
      const bright = await first.clone?.(tone(220, 16_000), 'en', never);
      if (deep === undefined || bright === undefined) throw new Error('it does not clone');
      expect([deep.gender, bright.gender, deep.language]).toEqual(['male', 'female', 'es']);
      const hummed = await say(first, 'buenos dias', deep);
      expect(pitch(hummed)).toBeCloseTo(110, -0.5);
      expect(pitch(await say(first, 'good day', bright))).toBeCloseTo(220, -0.5);
      // Twelve letters with the full stop and the language, then three silent tokens, as the family adds.
      expect(seconds(hummed)).toBeCloseTo(13 * HUMMED + 4 * 0.04, 1);
    } finally {
      await first.close();
    }
    const second = await engines().synthesiser(model, never);
    try {
      expect((await second.clone?.(tone(110, 48_000), 'es', never))?.id).toBe(deep.id);
      expect(pitch(await say(second, 'adios', deep))).toBeCloseTo(110, -0.5);
      await expect(say(second, 'adios', { ...deep, learnt: {} })).rejects.toMatchObject({
        code: 'model.failed',
      });
    } finally {
      await second.close();
    }
  });

  it('says a line in another way with another seed, and the same again with the same', async () => {
    const engine = await engines().synthesiser(on(tinyChatterbox().entry), never);
    try {
      const voice = await engine.clone?.(tone(110, 24_000), 'es', never);
      if (voice === undefined) throw new Error('it does not clone');
      const takes: Pcm[] = [];
      for (const seed of [0, 1, 2]) takes.push(await say(engine, 'buenos dias', voice, 1, seed));
      expect(new Set(takes.map(loudness)).size).toBe(3);
      for (const [seed, take] of takes.entries()) {
        expect(await say(engine, 'buenos dias', voice, 1, seed)).toEqual(take);
        expect(seconds(take)).toBeCloseTo(seconds(takes[0] as Pcm), 2);
      }
    } finally {
      await engine.close();
    }
  });
}
