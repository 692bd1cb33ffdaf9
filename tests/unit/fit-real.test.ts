import type { Engines, Line, ModelEntry, Pcm, Synthesiser } from '@octavia/pipeline';
import { modelById } from '@octavia/pipeline/catalogue';
import { measurePitch } from '@octavia/pipeline/audio/f0';
import { refineSpan } from '@octavia/pipeline/audio/onset';
import { resample } from '@octavia/pipeline/audio/resample';
import { measureLines, speechCoverage } from '@octavia/pipeline/stages/mix/measure';
import { mix } from '@octavia/pipeline/stages/mix/mix';
import { synthesiseAndFit } from '@octavia/pipeline/stages/fit/speak-lines';
import { chooseVoices, mismatched } from '@octavia/pipeline/stages/synthesise/voices';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { readCatalogue } from '../../gpu-worker/catalogue.ts';
import { modelsFolder } from '../../gpu-worker/cli/call/places.ts';
import { mixInto, noise } from '../support/sound/signals.ts';
import { memoryCache } from '../support/models/fit-engines.ts';
import { mono, withSound } from '../support/sound/in-memory.ts';
import { lineLoudness, lineTargets } from '@octavia/pipeline/audio/line-loudness';
import { integratedLoudness } from '@octavia/pipeline/audio/loudness';
import { soundOf } from '@octavia/pipeline/sound/sound';

const never = new AbortController().signal;
const RATE = 48000;
const HEAR_RATE = 16000;

/** Speaker, English (spoken by flite as the source), Spanish candidates, pause after it in seconds. */
const SCRIPT = [
  [
    'anna',
    'slt',
    'Good morning, everybody, and welcome back.',
    ['Buenos días a todos y bienvenidos de nuevo.'],
    0.5,
  ],
  ['ben', 'rms', 'Thank you. It is good to be here.', ['Gracias. Me alegro de estar aquí.'], 0.25],
  [
    'anna',
    'slt',
    'How long did it take you to build the first one?',
    ['¿Cuánto tardasteis en construir el primero de todos ellos?', '¿Cuánto tardasteis en hacer el primero?'],
    0.3,
  ],
  [
    'ben',
    'rms',
    'Five months.',
    ['Fueron necesarios unos cinco meses de trabajo sin descanso.', 'Cinco meses.'],
    0.2,
  ],
  ['ben', 'rms', 'We had no money, and very little time.', ['No teníamos dinero y muy poco tiempo.'], 0.4],
  ['anna', 'slt', 'So what did you do?', ['¿Y qué hicisteis?'], 0.3],
  [
    'ben',
    'rms',
    'We asked our friends for help.',
    ['Pedimos ayuda a todos nuestros amigos y también a los vecinos de nuestra calle.'],
    0.9,
  ],
] as const;

let engines: Engines;
let models: Record<'espeak-ng' | 'flite' | 'sonic', ModelEntry>;
let english: Synthesiser;
let spanish: Synthesiser;
let lines: Line[];
let original: Pcm;

beforeAll(async () => {
  const catalogue = await readCatalogue();
  const model = (id: string): ModelEntry => {
    const entry = modelById(catalogue, id);
    if (entry === undefined) throw new Error(`the catalogue has no ${id}`);
    return entry;
  };
  models = { 'espeak-ng': model('espeak-ng'), flite: model('flite'), sonic: model('sonic') };
  engines = createEngines(createModelFiles(modelsFolder()), modelsFolder());
  english = await engines.synthesiser(models.flite, never);
  spanish = await engines.synthesiser(models['espeak-ng'], never);
  ({ lines, original } = await conversation(english));
});

afterAll(async () => {
  await Promise.all([english.close(), spanish.close()]);
});

const source = () => ({
  lines,
  speech: mono(resample(original.channels[0] ?? new Float32Array(0), RATE, HEAR_RATE), HEAR_RATE),
});

describe('the starter engines', () => {
  it('gives each speaker a voice like their own, and keeps it', async () => {
    const voices = await chooseVoices(source(), spanish, 'es', { kind: 'match' });
    const [anna, ben] = voices;
    expect(anna?.voice.gender).toBe('female');
    expect(ben?.voice.gender).toBe('male');
    expect(anna?.medianF0).toBeGreaterThan((ben?.medianF0 ?? 0) * 1.3);
    const preset = await chooseVoices(source(), spanish, 'es', { kind: 'preset', id: 'es+f2' });
    expect(preset.map(({ voice }) => voice.id)).toEqual(['es+f2', 'es+f2']);
    expect(mismatched(voices)).toEqual([]);
    const womenOnly = {
      voices: (language: string) => spanish.voices(language).filter(({ gender }) => gender === 'female'),
    };
    const women = await chooseVoices(source(), womenOnly, 'es', { kind: 'match' });
    expect(mismatched(women).map(({ speaker }) => speaker)).toEqual(['ben']);
    const missing = () => chooseVoices(source(), spanish, 'es', { kind: 'preset', id: 'x' });
    await expect(missing()).rejects.toThrow(/es\+f2/);
    await expect(chooseVoices(source(), spanish, 'xx', { kind: 'match' })).rejects.toThrow('speak');
  });

  it('speaks at the pitch that was asked for', async () => {
    const [voice] = await chooseVoices(source(), spanish, 'es', { kind: 'match' });
    if (voice === undefined) throw new Error('no voice');
    const text = 'Pregunten qué pueden hacer ustedes por su país, y no al revés.';
    const { medianF0, f0Range } = voice;
    const pcm = await spanish.speak({ text, voice: voice.voice, pace: 1, medianF0, f0Range }, never);
    const median = measurePitch(pcm.channels, pcm.sampleRate)?.median ?? 0;
    expect(Math.abs(12 * Math.log2(median / medianF0))).toBeLessThan(1);
  });
});

describe('a conversation, dubbed by the starter engines', () => {
  it('dubs a conversation: onsets, no overlap, tempo, loudness, peak', async () => {
    const stretcher = await engines.stretcher(models.sonic, never);
    try {
      const voices = await chooseVoices(source(), spanish, 'es', { kind: 'match' });
      const translations = lines.map(({ id }, i) => ({ id, candidates: SCRIPT[i]?.[3] ?? [], notes: [] }));
      const fileSeconds = (original.channels[0]?.length ?? 0) / RATE;
      const job = { lines, translations, voices, fileSeconds };
      const cache = memoryCache();
      const tools = {
        synthesiser: spanish,
        model: models['espeak-ng'],
        stretcher,
        cache,
        finished: memoryCache(),
      };
      const speech = await synthesiseAndFit(job, tools, never);
      const again = await synthesiseAndFit(
        job,
        { ...tools, cache: memoryCache(), finished: memoryCache() },
        never,
      );
      expect(await withSound(again)).toEqual(await withSound(speech));

      const sound = soundOf(original);
      const lufs = integratedLoudness(original.channels, RATE);
      const levels = { lufs, targets: lineTargets(lines, await lineLoudness(lines, sound)) };
      const mixed = await mix({ original: sound, lines, speech, background: 'duck', levels }, never);
      const measured = [...(await measureLines(lines, speech, mixed.dub, fileSeconds)).values()];
      for (const [i, { onsetErrorMs, overrunMs, dubEnd }] of measured.entries()) {
        expect(Math.abs(onsetErrorMs)).toBeLessThan(5);
        expect(overrunMs).toBe(0);
        expect(dubEnd).toBeLessThan(lines[i + 1]?.start ?? fileSeconds);
      }
      for (const { tempo, notes } of speech) {
        expect(tempo).toBeGreaterThanOrEqual(0.849);
        expect(tempo).toBeLessThanOrEqual(notes.includes('fit.fast') ? 1.61 : 1.26);
      }
      expect(speech[3]?.text).toBe('Cinco meses.');
      expect(speech[3]?.notes).toContain('fit.shortened');
      const dubbed = measured.map(({ dubStart, dubEnd }) => ({ start: dubStart, end: dubEnd }));
      expect(speechCoverage(lines, dubbed)).toBeGreaterThan(0.85);
      const { sourceLufs, outputLufs, truePeakDb } = mixed.loudness;
      expect(Math.abs(outputLufs - sourceLufs)).toBeLessThanOrEqual(1);
      expect(truePeakDb).toBeLessThanOrEqual(-1);
    } finally {
      await stretcher.close();
    }
  });
});

/** The script in English over a little room noise, with the lines where they are heard. */
async function conversation(english: Synthesiser): Promise<{ lines: Line[]; original: Pcm }> {
  const track = noise(32, RATE, 0.0006, 1);
  const lines: Line[] = [];
  let at = 0.6;
  for (const [i, [speaker, id, text, , pause]] of SCRIPT.entries()) {
    const voice = english.voices('en').find((candidate) => candidate.id === id);
    if (voice === undefined) throw new Error(`flite has no voice ${id}`);
    const pcm = await english.speak({ text, voice, pace: 1, medianF0: voice.medianF0, f0Range: 1 }, never);
    const samples = resample(pcm.channels[0] ?? new Float32Array(0), pcm.sampleRate, RATE);
    mixInto(track, samples, at, RATE);
    const span = { start: at, end: at + samples.length / RATE };
    const { start, end } = await refineSpan(mono(track, RATE), span);
    lines.push({ id: `s${i}`, speaker, start, end, text, confidence: undefined });
    at = end + pause;
  }
  const length = Math.round((at + 0.5) * RATE);
  return {
    lines,
    original: { sampleRate: RATE, channels: [track.slice(0, length), track.slice(0, length)] },
  };
}
